package io.moor.shipper.imports;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Regular expressions of others in RE2's words, where both find the same; linear time has its
 * price: no look-around, no back references, no atomic groups. Pure.
 */
final class Regexes {

    /** Whose words they are. */
    enum Dialect {
        /** Fluent Bit: Onigmo in Ruby's syntax. */
        ONIGMO,
        /** Filebeat: Go, which is RE2. */
        GO,
        /** rsyslog: POSIX extended. */
        POSIX
    }

    private final String from;
    private final Dialect dialect;
    private final StringBuilder to = new StringBuilder();
    private final Set<String> names = new HashSet<>();
    private int at;

    private Regexes(String from, Dialect dialect) {
        this.from = from;
        this.dialect = dialect;
    }

    /**
     * @throws Untranslatable when RE2 cannot find the same
     */
    static String translate(String regex, Dialect dialect) throws Untranslatable {
        Regexes work = new Regexes(bare(regex, dialect), dialect);
        work.run();
        // The reader of Moor's configuration would take it for a reference.
        String result = work.to.toString().replace("\\${", "[$]{").replace("${", "$(?:){");
        try {
            Pattern.compile(result);
        } catch (PatternSyntaxException e) {
            throw new Untranslatable("RE2 does not understand it: " + e.getDescription());
        }
        return result;
    }

    /** A text that stands for itself. */
    static String literal(String text) {
        return text.replaceAll("[\\\\.+*?()|\\[\\]{}^$]", "\\\\$0").replace("\\${", "[$]{");
    }

    /** Any of several. Flags of one do not reach the others. */
    static String any(List<String> regexes) {
        return regexes.size() == 1
                ? regexes.getFirst()
                : regexes.stream()
                        .map(regex -> regex.contains("(?") ? "(?:" + regex + ")" : regex)
                        .collect(Collectors.joining("|"));
    }

    /** {@code ^} and {@code $} at the lines of a text of several, as Onigmo takes them. */
    static String ofLines(String regex) {
        return regex.contains("^") || regex.contains("$") ? "(?m)" + regex : regex;
    }

    /** Fluent Bit allows {@code /…/} around a pattern, with options behind. */
    private static String bare(String regex, Dialect dialect) throws Untranslatable {
        int end = regex.lastIndexOf('/');
        if (dialect != Dialect.ONIGMO || !regex.startsWith("/") || end == 0) {
            return regex;
        }
        String options = regex.substring(end + 1);
        if (!options.matches("[imx]*")) {
            return regex;
        }
        if (options.contains("x")) {
            throw new Untranslatable("RE2 has no extended patterns (x)");
        }
        String flags = (options.contains("i") ? "i" : "") + (options.contains("m") ? "s" : "");
        return (flags.isEmpty() ? "" : "(?" + flags + ")") + regex.substring(1, end);
    }

    private void run() throws Untranslatable {
        while (at < from.length()) {
            char next = from.charAt(at);
            switch (next) {
                case '\\' -> escape(false);
                case '[' -> bracket();
                case '(' -> group();
                case '*', '+', '?', '}' -> quantifier(next);
                case '{' -> brace();
                default -> copy(1);
            }
        }
    }

    private void copy(int count) {
        to.append(from, at, Math.min(from.length(), at + count));
        at += count;
    }

    private void replace(int count, String with) {
        to.append(with);
        at += count;
    }

    private void quantifier(char next) throws Untranslatable {
        copy(1);
        if (dialect == Dialect.ONIGMO && next != '}' && at < from.length()) {
            if (from.charAt(at) == '+') {
                throw new Untranslatable("RE2 has no possessive quantifiers ('" + next + "+')");
            }
            if (from.charAt(at) == '?') {
                copy(1);
            }
        }
    }

    /** {@code {,n}} counts from none, which RE2 does not know. */
    private void brace() {
        if (from.startsWith("{,", at) && dialect != Dialect.GO) {
            replace(2, "{0,");
        } else {
            copy(1);
        }
    }

    private void group() throws Untranslatable {
        if (!from.startsWith("(?", at) || dialect == Dialect.POSIX) {
            copy(1);
            return;
        }
        for (String none : new String[] {"(?=", "(?!", "(?<=", "(?<!"}) {
            if (from.startsWith(none, at)) {
                throw new Untranslatable("RE2 has no look-around ('" + none + "')");
            }
        }
        if (from.startsWith("(?>", at)) {
            throw new Untranslatable("RE2 has no atomic groups ('(?>')");
        }
        if (from.startsWith("(?#", at)) {
            int end = from.indexOf(')', at);
            at = end < 0 ? from.length() : end + 1;
            return;
        }
        if (from.startsWith("(?<", at) || from.startsWith("(?'", at)) {
            name(from.charAt(at + 2) == '<' ? '>' : '\'');
            return;
        }
        if (dialect == Dialect.ONIGMO) {
            flags();
            return;
        }
        copy(2);
    }

    private void name(char close) throws Untranslatable {
        int end = from.indexOf(close, at + 3);
        if (end < 0) {
            throw new Untranslatable("the name of a group has no end");
        }
        String name = from.substring(at + 3, end).replaceAll("[^A-Za-z0-9_]", "_");
        if (!names.add(name)) {
            throw new Untranslatable("RE2 wants each group's name once, not '" + name + "' again");
        }
        replace(end + 1 - at, "(?P<" + name + ">");
    }

    /** Onigmo's {@code m} lets a dot stand for a line end, as RE2's {@code s} does. */
    private void flags() throws Untranslatable {
        int end = at + 2;
        while (end < from.length() && "imx-".indexOf(from.charAt(end)) >= 0) {
            end++;
        }
        String flags = from.substring(at + 2, end);
        if (flags.replaceFirst("-.*", "").contains("x")) {
            throw new Untranslatable("RE2 has no extended patterns (x)");
        }
        String kept = flags.replace("x", "").replace('m', 's').replaceFirst("-$", "");
        boolean closes = end < from.length() && from.charAt(end) == ')';
        if (kept.isEmpty() && closes) {
            at = end + 1;
            return;
        }
        replace(end - at, "(?" + kept);
    }

    private void bracket() throws Untranslatable {
        copy(1);
        if (at < from.length() && from.charAt(at) == '^') {
            copy(1);
        }
        if (at < from.length() && from.charAt(at) == ']') {
            replace(1, "\\]");
        }
        while (at < from.length() && from.charAt(at) != ']') {
            char next = from.charAt(at);
            if (next == '[' && from.startsWith("[:", at)) {
                int end = from.indexOf(":]", at);
                copy(end < 0 ? 1 : end + 2 - at);
            } else if (next == '[') {
                if (dialect == Dialect.ONIGMO) {
                    throw new Untranslatable("RE2 has no classes within classes");
                }
                replace(1, "\\[");
            } else if (next == '&' && from.startsWith("&&", at) && dialect == Dialect.ONIGMO) {
                throw new Untranslatable("RE2 has no intersections of classes (&&)");
            } else if (next == '\\' && dialect == Dialect.POSIX) {
                posixEscapeInClass();
            } else if (next == '\\') {
                escape(true);
            } else {
                copy(1);
            }
        }
        copy(1);
    }

    /** POSIX knows no escapes in a class, but everybody writes them and means them. */
    private void posixEscapeInClass() {
        if (at + 1 < from.length() && from.charAt(at + 1) != ']') {
            copy(2);
        } else {
            replace(1, "\\\\");
        }
    }

    private void escape(boolean inClass) throws Untranslatable {
        if (at + 1 >= from.length()) {
            throw new Untranslatable("it ends with a backslash");
        }
        char next = from.charAt(at + 1);
        if (dialect != Dialect.GO && !inClass && next >= '1' && next <= '9') {
            throw new Untranslatable("RE2 has no back references ('\\" + next + "')");
        }
        if (dialect == Dialect.POSIX) {
            boolean word = next == '<' || next == '>';
            replace(2, word ? "\\b" : "\\" + next);
            return;
        }
        if (dialect == Dialect.GO) {
            copy(2);
            return;
        }
        switch (next) {
            case 'h' -> replace(2, inClass ? "0-9A-Fa-f" : "[0-9A-Fa-f]");
            case 'H' -> {
                if (inClass) {
                    throw new Untranslatable("RE2 has no \\H in a class");
                }
                replace(2, "[^0-9A-Fa-f]");
            }
            case 'e' -> replace(2, "\\x1b");
            case 'Z' -> replace(2, "\\n?\\z");
            case 'R' -> replace(2, "(?:\\r\\n|[\\n\\v\\f\\r])");
            case 'k', 'g', 'G', 'K', 'X' ->
                    throw new Untranslatable("RE2 has nothing like '\\" + next + "'");
            default -> {
                boolean ascii = next < 128;
                boolean plain = !ascii || next == '"' || next == '\'' || next == '/' || next == ' ';
                replace(2, plain ? String.valueOf(next) : "\\" + next);
            }
        }
    }
}
