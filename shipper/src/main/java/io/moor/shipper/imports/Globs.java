package io.moor.shipper.imports;

import java.util.List;
import java.util.regex.Pattern;

/** Globs of others as globs of Java. Pure. */
final class Globs {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:[^}]*}");

    private Globs() {}

    /**
     * A glob of glob(3) or Go.
     *
     * @param braces whether {@code {a,b}} is a choice there, as it is here
     */
    static String of(String glob, boolean braces) {
        StringBuilder result = new StringBuilder();
        boolean inClass = false;
        for (int at = 0; at < glob.length(); at++) {
            var reference = REFERENCE.matcher(glob).region(at, glob.length());
            if (reference.lookingAt()) {
                result.append(reference.group());
                at = reference.end() - 1;
                continue;
            }
            char next = glob.charAt(at);
            if (next == '[' && !inClass) {
                inClass = true;
                result.append(next);
                if (at + 1 < glob.length() && glob.charAt(at + 1) == '^') {
                    result.append('!');
                    at++;
                }
                continue;
            }
            inClass &= next != ']';
            boolean literal = !inClass && !braces && (next == '{' || next == '}');
            result.append(literal ? "\\" : "").append(next);
        }
        return result.toString();
    }

    /**
     * A regular expression for paths, found anywhere in them, as a glob.
     *
     * @throws Untranslatable when no glob says the same
     */
    static String ofRegex(String regex) throws Untranslatable {
        String body = regex;
        boolean begins = body.startsWith("^");
        boolean ends = body.endsWith("$") && !body.endsWith("\\$");
        body = body.substring(begins ? 1 : 0, body.length() - (ends ? 1 : 0));
        List<String> choices = List.of(body);
        if (body.matches("\\\\?\\.\\(([a-z0-9|]+)\\)")) {
            // The usual '\.(gz|zip)$'.
            choices =
                    List.of(
                            body.replaceFirst("\\(.*", "")
                                    + "{"
                                    + inner(body).replace('|', ',')
                                    + "}");
        }
        String glob =
                body.equals(choices.getFirst())
                        ? plain(body)
                        : choices.getFirst().replace("\\.", ".");
        boolean nameOnly = ends && !begins && !glob.contains("/") && !glob.contains("**");
        String whole = (begins ? "" : nameOnly ? "*" : "**") + glob + (ends ? "" : "**");
        return whole.replaceAll("\\*{3,}", "**");
    }

    private static String inner(String body) {
        return body.substring(body.indexOf('(') + 1, body.length() - 1);
    }

    private static String plain(String body) throws Untranslatable {
        StringBuilder glob = new StringBuilder();
        for (int at = 0; at < body.length(); at++) {
            char next = body.charAt(at);
            if (body.startsWith(".*", at)) {
                // Between slashes Moor's ** also stands for no directory.
                glob.append(
                        glob.toString().endsWith("/") && body.startsWith("/", at + 2)
                                ? "?**"
                                : "**");
                at++;
            } else if (next == '.') {
                glob.append('?');
            } else if (next == '\\' && at + 1 < body.length()) {
                char escaped = body.charAt(++at);
                if (Character.isLetterOrDigit(escaped)) {
                    throw new Untranslatable("no glob says the same as '\\" + escaped + "'");
                }
                glob.append("*?[]{}\\".indexOf(escaped) >= 0 ? "\\" : "").append(escaped);
            } else if ("*+?()[]{}|^$\\".indexOf(next) >= 0) {
                throw new Untranslatable("no glob says the same as '" + next + "' in it");
            } else {
                glob.append(next);
            }
        }
        return glob.toString();
    }

    /** Whether two globs may name one file: {@code *} and the like stand for anything. */
    static boolean mayMeet(String one, String other) {
        return meet(wide(one), wide(other));
    }

    private static String wide(String glob) {
        return glob.replaceAll("\\$\\{[^}]*}|\\[[^\\]]*]|\\{[^}]*}|\\?", "*")
                .replaceAll("\\*+", "*");
    }

    /** By the tables of who meets whom: each cell is a pair of rests. */
    private static boolean meet(String one, String other) {
        boolean[][] rests = new boolean[one.length() + 1][other.length() + 1];
        for (int i = one.length(); i >= 0; i--) {
            for (int j = other.length(); j >= 0; j--) {
                rests[i][j] = rest(one, other, i, j, rests);
            }
        }
        return rests[0][0];
    }

    private static boolean rest(String one, String other, int i, int j, boolean[][] rests) {
        boolean oneEnds = i == one.length();
        boolean otherEnds = j == other.length();
        if (oneEnds && otherEnds) {
            return true;
        }
        if (!oneEnds && one.charAt(i) == '*') {
            return rests[i + 1][j] || (!otherEnds && rests[i][j + 1]);
        }
        if (!otherEnds && other.charAt(j) == '*') {
            return rests[i][j + 1] || (!oneEnds && rests[i + 1][j]);
        }
        return !oneEnds && !otherEnds && one.charAt(i) == other.charAt(j) && rests[i + 1][j + 1];
    }
}
