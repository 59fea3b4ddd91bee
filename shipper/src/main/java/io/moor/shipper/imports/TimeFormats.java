package io.moor.shipper.imports;

import java.util.Map;

/** Formats of times of others, as patterns that Moor reads. Pure. */
final class TimeFormats {

    /** A fraction of a second with three, six or nine digits. */
    private static final String FRACTION = "[%1$sSSSSSSSSS][%1$sSSSSSS][%1$sSSS]";

    private static final Map<Character, String> STRPTIME =
            Map.ofEntries(
                    Map.entry('Y', "yyyy"),
                    Map.entry('y', "yy"),
                    Map.entry('m', "MM"),
                    Map.entry('d', "dd"),
                    Map.entry('e', "ppd"),
                    Map.entry('j', "DDD"),
                    Map.entry('H', "HH"),
                    Map.entry('k', "ppH"),
                    Map.entry('I', "hh"),
                    Map.entry('M', "mm"),
                    Map.entry('S', "ss"),
                    Map.entry('p', "a"),
                    Map.entry('b', "MMM"),
                    Map.entry('h', "MMM"),
                    Map.entry('B', "MMMM"),
                    Map.entry('a', "EEE"),
                    Map.entry('A', "EEEE"),
                    Map.entry('z', "[XXX][XX]"),
                    Map.entry('Z', "z"),
                    Map.entry('T', "HH:mm:ss"),
                    Map.entry('R', "HH:mm"),
                    Map.entry('F', "yyyy-MM-dd"),
                    Map.entry('D', "MM/dd/yy"),
                    Map.entry('L', "SSS"),
                    Map.entry('%', "%"));

    /** Go's reference time; longer words stand before those that begin them. */
    private static final String[][] GO = {
        {"January", "MMMM"},
        {"Jan", "MMM"},
        {"Monday", "EEEE"},
        {"Mon", "EEE"},
        {"MST", "z"},
        {"2006", "yyyy"},
        {"Z07:00", "XXX"},
        {"Z0700", "XX"},
        {"-07:00", "xxx"},
        {"-0700", "xx"},
        {"01", "MM"},
        {"02", "dd"},
        {"03", "hh"},
        {"04", "mm"},
        {"05", "ss"},
        {"06", "yy"},
        {"15", "HH"},
        {"PM", "a"},
        {"_2", "ppd"},
    };

    private TimeFormats() {}

    /**
     * @param format of strptime, with Fluent Bit's {@code %L} for a fraction
     * @throws Untranslatable when it has no equal
     */
    static String ofStrptime(String format) throws Untranslatable {
        if (format.equals("%s") || format.equals("%s.%L")) {
            return "unix";
        }
        if (format.matches("%Y-%m-%dT%H:%M:%S(\\.%L)?Z") || format.equals("%FT%T.%LZ")) {
            return "rfc3339";
        }
        StringBuilder pattern = new StringBuilder();
        for (int at = 0; at < format.length(); at++) {
            char next = format.charAt(at);
            boolean fraction = (next == '.' || next == ',') && format.startsWith("%L", at + 1);
            if (fraction) {
                pattern.append(String.format(FRACTION, next));
                at += 2;
            } else if (next == '%' && at + 1 < format.length()) {
                char letter = format.charAt(++at);
                String as = STRPTIME.get(letter);
                if (as == null) {
                    throw new Untranslatable("'%" + letter + "' is not known");
                }
                pattern.append(as);
            } else {
                literal(next, pattern);
            }
        }
        return withDate(pattern.toString());
    }

    /**
     * @param layout of Go
     * @throws Untranslatable when it has no equal
     */
    static String ofGo(String layout) throws Untranslatable {
        if (layout.equals("UNIX")) {
            return "unix";
        }
        if (layout.equals("UNIX_MS")) {
            return "unix-ms";
        }
        if (layout.matches("2006-01-02T15:04:05([.,][09]+)?Z07:00") || layout.endsWith("05Z")) {
            return "rfc3339";
        }
        StringBuilder pattern = new StringBuilder();
        int at = 0;
        while (at < layout.length()) {
            int before = at;
            for (String[] word : GO) {
                if (layout.startsWith(word[0], at)) {
                    pattern.append(word[1]);
                    at += word[0].length();
                    break;
                }
            }
            if (at == before) {
                at = goFraction(layout, at, pattern);
            }
            if (at == before) {
                literal(layout.charAt(at++), pattern);
            }
        }
        return withDate(pattern.toString());
    }

    private static int goFraction(String layout, int at, StringBuilder pattern) {
        char separator = layout.charAt(at);
        int end = at + 1;
        while (end < layout.length() && (layout.charAt(end) == '0' || layout.charAt(end) == '9')) {
            end++;
        }
        if ((separator != '.' && separator != ',') || end == at + 1) {
            return at;
        }
        pattern.append(
                layout.charAt(at + 1) == '9'
                        ? String.format(FRACTION, separator)
                        : separator + "S".repeat(end - at - 1));
        return end;
    }

    private static void literal(char next, StringBuilder pattern) {
        if (Character.isLetter(next)) {
            pattern.append('\'').append(next).append('\'');
        } else if ("[]{}#'".indexOf(next) >= 0) {
            pattern.append(next == '\'' ? "''" : "'" + next + "'");
        } else {
            pattern.append(next);
        }
    }

    private static String withDate(String pattern) throws Untranslatable {
        String bare = pattern.replaceAll("'[^']*'", "");
        if (!bare.contains("y") || !bare.matches("(?s).*[HhL].*")) {
            throw new Untranslatable("an event time needs year, month, day and clock");
        }
        return pattern;
    }
}
