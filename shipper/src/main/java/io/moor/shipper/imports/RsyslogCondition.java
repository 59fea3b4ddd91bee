package io.moor.shipper.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conditions of rsyslog: what they say of all lines of a file, and which patterns they are. Those
 * with parentheses and functions of several are not understood.
 */
final class RsyslogCondition {

    private static final Pattern COMPARISON =
            Pattern.compile(
                    "(\\$[A-Za-z!./_-]+)\\s*(==|!=|<>|contains|startswith|contains_i|startswith_i)\\s*[\"'](.*)[\"']");
    private static final Pattern REGEX =
            Pattern.compile("re_match(_i)?\\(\\s*(\\$[A-Za-z]+)\\s*,\\s*[\"'](.*)[\"']\\s*\\)");
    private static final Pattern PROPERTY =
            Pattern.compile(":\\s*([A-Za-z-]+)\\s*,\\s*(!?)\\s*([A-Za-z]+)\\s*,\\s*\"(.*)\"");

    private static final List<String> SEVERITIES =
            List.of("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug");

    private static final Map<String, String> OTHER_NAMES =
            Map.of("panic", "emerg", "error", "err", "warn", "warning");

    private RsyslogCondition() {}

    /**
     * A pattern that is found, or not, in the line when a condition holds.
     *
     * @param finds whether it is found
     */
    record OfLine(String regex, boolean finds) {}

    /**
     * The truth of an expression for a file.
     *
     * @param known values of properties that are the same for all of its lines
     * @return empty when only the line tells, or nobody knows
     */
    static Optional<Boolean> truth(String expression, Map<String, String> known) {
        String bare = expression.strip();
        while (bare.startsWith("(") && bare.endsWith(")") && closes(bare)) {
            bare = bare.substring(1, bare.length() - 1).strip();
        }
        if (bare.equals("true")) {
            return Optional.of(true);
        }
        List<String> either = split(bare, "or");
        if (either.size() > 1) {
            Optional<Boolean> none = Optional.of(true);
            for (String each : either) {
                none = and(none, truth(each, known).map(value -> !value));
            }
            return none.map(value -> !value);
        }
        List<String> both = split(bare, "and");
        if (both.size() > 1) {
            Optional<Boolean> all = Optional.of(true);
            for (String each : both) {
                all = and(all, truth(each, known));
            }
            return all;
        }
        if (bare.toLowerCase(Locale.ROOT).startsWith("not ")) {
            return truth(bare.substring(4), known).map(value -> !value);
        }
        return comparison(bare, known);
    }

    private static Optional<Boolean> and(Optional<Boolean> one, Optional<Boolean> other) {
        if (one.equals(Optional.of(false)) || other.equals(Optional.of(false))) {
            return Optional.of(false);
        }
        return one.isEmpty() ? one : other;
    }

    private static boolean closes(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return i == text.length() - 1;
            }
        }
        return false;
    }

    private static List<String> split(String text, String word) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        char quote = 0;
        int from = 0;
        String separator = " " + word + " ";
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (quote != 0) {
                quote = next == quote ? 0 : quote;
            } else if (next == '"' || next == '\'') {
                quote = next;
            } else if (next == '(') {
                depth++;
            } else if (next == ')') {
                depth--;
            } else if (depth == 0
                    && text.regionMatches(true, i, separator, 0, separator.length())) {
                parts.add(text.substring(from, i));
                from = i + separator.length();
                i = from - 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static Optional<Boolean> comparison(String text, Map<String, String> known) {
        Matcher found = COMPARISON.matcher(text);
        if (!found.matches()) {
            return Optional.empty();
        }
        String is = known.get(found.group(1).substring(1).toLowerCase(Locale.ROOT));
        return is == null
                ? Optional.empty()
                : Optional.of(compares(found.group(2), is, unescaped(found.group(3))));
    }

    private static boolean compares(String how, String is, String wanted) {
        return switch (how) {
            case "==" -> is.equals(wanted);
            case "!=", "<>" -> !is.equals(wanted);
            case "startswith" -> is.startsWith(wanted);
            case "startswith_i" -> lower(is).startsWith(lower(wanted));
            case "contains_i" -> lower(is).contains(lower(wanted));
            default -> is.contains(wanted);
        };
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** The truth of {@code local0.*;mail.none} for a file's facility and severity. */
    static Optional<Boolean> selects(String selector, String facility, String severity) {
        boolean selected = false;
        for (String part : selector.split(";")) {
            int dot = part.indexOf('.');
            if (dot < 0) {
                return Optional.empty();
            }
            List<String> facilities = List.of(lower(part.substring(0, dot)).split(","));
            if (facilities.contains("*") || facilities.contains(lower(facility))) {
                selected = selects(lower(part.substring(dot + 1)), lower(severity), selected);
            }
        }
        return Optional.of(selected);
    }

    private static boolean selects(String priority, String severity, boolean before) {
        if (priority.equals("none")) {
            return false;
        }
        boolean not = priority.startsWith("!");
        String rest = not ? priority.substring(1) : priority;
        boolean exact = rest.startsWith("=");
        String name = exact ? rest.substring(1) : rest;
        int wanted = SEVERITIES.indexOf(OTHER_NAMES.getOrDefault(name, name));
        int is = SEVERITIES.indexOf(OTHER_NAMES.getOrDefault(severity, severity));
        boolean matches = name.equals("*") || (exact ? is == wanted : is <= wanted && wanted >= 0);
        if (not) {
            return before && !matches;
        }
        return before || matches;
    }

    /** What a condition looks for in the line itself; empty when it is something else. */
    static Optional<OfLine> ofLine(String expression) throws Untranslatable {
        String bare = expression.strip();
        boolean not = bare.toLowerCase(Locale.ROOT).startsWith("not ");
        bare = not ? bare.substring(4).strip() : bare;
        while (bare.startsWith("(") && bare.endsWith(")") && closes(bare)) {
            bare = bare.substring(1, bare.length() - 1).strip();
        }
        Matcher regex = REGEX.matcher(bare);
        if (regex.matches() && ofLine(regex.group(2), true)) {
            String pattern = Regexes.translate(unescaped(regex.group(3)), Regexes.Dialect.POSIX);
            return Optional.of(new OfLine((regex.group(1) == null ? "" : "(?i)") + pattern, !not));
        }
        Matcher compared = COMPARISON.matcher(bare);
        if (compared.matches() && ofLine(compared.group(1), true)) {
            return Optional.of(
                    new OfLine(
                            pattern(compared.group(2), unescaped(compared.group(3))),
                            not == compared.group(2).matches("!=|<>")));
        }
        return Optional.empty();
    }

    private static String unescaped(String quoted) {
        return quoted.replaceAll("\\\\([\\\\\"'$?])", "$1");
    }

    private static boolean ofLine(String property, boolean dollar) {
        String name = dollar ? property.substring(1) : property;
        return name.equalsIgnoreCase("msg") || name.equalsIgnoreCase("rawmsg");
    }

    private static String pattern(String how, String value) {
        String literal = Regexes.literal(value);
        return switch (how) {
            case "==", "!=", "<>" -> "^" + literal + "$";
            case "startswith" -> "^" + literal;
            case "startswith_i" -> "(?i)^" + literal;
            case "contains_i" -> "(?i)" + literal;
            default -> literal;
        };
    }

    /** The same for {@code :msg, contains, "x"}. */
    static Optional<OfLine> ofProperty(String filter) throws Untranslatable {
        Matcher parts = PROPERTY.matcher(filter);
        if (!parts.matches() || !ofLine(parts.group(1), false)) {
            return Optional.empty();
        }
        boolean finds = parts.group(2).isEmpty();
        String value = parts.group(4);
        return switch (lower(parts.group(3))) {
            case "contains" -> Optional.of(new OfLine(Regexes.literal(value), finds));
            case "isequal" -> Optional.of(new OfLine("^" + Regexes.literal(value) + "$", finds));
            case "startswith" -> Optional.of(new OfLine("^" + Regexes.literal(value), finds));
            case "regex", "ereregex" ->
                    Optional.of(new OfLine(Regexes.translate(value, Regexes.Dialect.POSIX), finds));
            default -> Optional.empty();
        };
    }

    /** {@code :programname, isequal, "x"} as an expression. */
    static Optional<Boolean> propertyTruth(String filter, Map<String, String> known) {
        Matcher parts = PROPERTY.matcher(filter);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String is = known.get(lower(parts.group(1)));
        String how = lower(parts.group(3));
        if (is == null || !List.of("contains", "isequal", "startswith").contains(how)) {
            return Optional.empty();
        }
        boolean holds = compares(how.equals("isequal") ? "==" : how, is, parts.group(4));
        return Optional.of(holds == parts.group(2).isEmpty());
    }
}
