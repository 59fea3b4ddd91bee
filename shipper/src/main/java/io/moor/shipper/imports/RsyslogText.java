package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;
import io.moor.shipper.imports.RsyslogStatement.Call;
import io.moor.shipper.imports.RsyslogStatement.Directive;
import io.moor.shipper.imports.RsyslogStatement.Filter;
import io.moor.shipper.imports.RsyslogStatement.If;
import io.moor.shipper.imports.RsyslogStatement.OldAction;
import io.moor.shipper.imports.RsyslogStatement.Other;
import io.moor.shipper.imports.RsyslogStatement.Run;
import io.moor.shipper.imports.RsyslogStatement.Stop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** Reads RainerScript and the old form, which may stand side by side. Not thread-safe. */
final class RsyslogText {

    private static final Set<String> CALLS =
            Set.of(
                    "module",
                    "input",
                    "action",
                    "template",
                    "ruleset",
                    "global",
                    "main_queue",
                    "include",
                    "lookup_table",
                    "parser",
                    "timezone",
                    "dyn_stats",
                    "ratelimit",
                    "property",
                    "constant",
                    "percentile_stats",
                    "tls");

    private static final int DEPTH_MAX = 30;

    private final Text file;
    private final String text;
    private int at;
    private final int[] lineStarts;
    private int depth;

    private RsyslogText(Text file) {
        this.file = file;
        this.text = file.content().replace("\r\n", "\n").replace("\uFEFF", "");
        this.lineStarts =
                IntStream.concat(
                                IntStream.of(0),
                                IntStream.range(0, text.length())
                                        .filter(i -> text.charAt(i) == '\n')
                                        .map(i -> i + 1))
                        .toArray();
    }

    /**
     * @throws ConfigException when it is not understood, with its line
     */
    static List<RsyslogStatement> read(Text file) throws ConfigException {
        RsyslogText reader = new RsyslogText(file);
        List<RsyslogStatement> all = new ArrayList<>();
        while (reader.more()) {
            if (reader.text.charAt(reader.at) == '}') {
                throw Importer.wrong(reader.place(), "this } closes nothing");
            }
            all.add(reader.statement());
        }
        return all;
    }

    private Place place() {
        int found = Arrays.binarySearch(lineStarts, at);
        return new Place(file.name(), found >= 0 ? found + 1 : -found - 1);
    }

    /** Skips blanks and comments. */
    private boolean more() throws ConfigException {
        while (at < text.length()) {
            char next = text.charAt(at);
            if (Character.isWhitespace(next) || next == ';') {
                at++;
            } else if (next == '#') {
                at = lineEnd();
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw Importer.wrong(place(), "this comment has no end (*/)");
                }
                at = end + 2;
            } else {
                return true;
            }
        }
        return false;
    }

    private int lineEnd() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private String restOfLine() {
        StringBuilder line = new StringBuilder();
        while (true) {
            int end = lineEnd();
            String part = text.substring(at, end);
            at = Math.min(text.length(), end + 1);
            if (!part.endsWith("\\") || at >= text.length()) {
                return line.append(part).toString().strip();
            }
            line.append(part, 0, part.length() - 1);
        }
    }

    private String word() {
        int end = at;
        while (end < text.length()
                && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        return text.substring(at, end);
    }

    private RsyslogStatement statement() throws ConfigException {
        if (++depth > DEPTH_MAX) {
            throw Importer.wrong(place(), "statements are nested too deeply");
        }
        try {
            return one();
        } finally {
            depth--;
        }
    }

    private RsyslogStatement one() throws ConfigException {
        Place place = place();
        if (text.charAt(at) == '$' && at + 1 < text.length()) {
            String[] parts = restOfLine().substring(1).split("\\s+", 2);
            return new Directive(place, parts[0], parts.length < 2 ? "" : comment(parts[1]));
        }
        if (text.charAt(at) == '{') {
            return new If(place, "true", block(), List.of());
        }
        String word = word().toLowerCase(Locale.ROOT);
        if (CALLS.contains(word) && opens(at + word.length())) {
            return call(place, word);
        }
        return switch (word) {
            case "if" -> condition(place);
            case "stop" -> {
                at += word.length();
                yield new Stop(place);
            }
            case "call" -> {
                at += word.length();
                more();
                yield new Run(place, text.startsWith("\"", at) ? string() : restOfName());
            }
            case "set", "unset", "reset", "call_indirect", "continue" -> {
                int end = text.indexOf(';', at);
                boolean closed = end >= 0 && !word.equals("continue");
                String all = closed ? text.substring(at, end) : word;
                at = closed ? end + 1 : at + word.length();
                yield new Other(place, all);
            }
            case "foreach" -> {
                int open = text.indexOf('{', at);
                if (open < 0) {
                    throw Importer.wrong(place, "'foreach' has no block");
                }
                String head = text.substring(at, open);
                at = open;
                block();
                yield new Other(place, head);
            }
            default -> old(place);
        };
    }

    private String restOfName() {
        int from = at;
        while (at < text.length() && "\n\r\t {};".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private static String comment(String value) {
        return value.replaceFirst("\\s+#.*$", "").strip();
    }

    private boolean opens(int from) {
        int next = from;
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        return next < text.length() && text.charAt(next) == '(';
    }

    private Call call(Place place, String kind) throws ConfigException {
        at = text.indexOf('(', at) + 1;
        List<Setting> parameters = new ArrayList<>();
        while (true) {
            if (!more()) {
                throw Importer.wrong(place, "'" + kind + "(' has no end");
            }
            if (text.charAt(at) == ')') {
                at++;
                break;
            }
            parameters.add(parameter(kind));
        }
        boolean hasBody = kind.equals("ruleset") || kind.equals("template");
        List<RsyslogStatement> body = List.of();
        if (hasBody && more() && text.charAt(at) == '{') {
            body = block();
        }
        return new Call(place, kind, parameters, body);
    }

    private Setting parameter(String kind) throws ConfigException {
        Place place = place();
        int from = at;
        while (at < text.length() && "=() \t\n\"'".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String key = text.substring(from, at);
        if (!more() || text.charAt(at) != '=' || key.isEmpty()) {
            throw Importer.wrong(place, "in '" + kind + "(' NAME=\"VALUE\" is expected");
        }
        at++;
        if (!more()) {
            throw Importer.wrong(
                    place, "the parameter '" + Secrets.shown("", key) + "' has no value");
        }
        return new Setting(place, key, text.charAt(at) == '[' ? array(place) : value());
    }

    private String array(Place place) throws ConfigException {
        at++;
        List<String> values = new ArrayList<>();
        while (true) {
            if (!more()) {
                throw Importer.wrong(place, "this [ has no end");
            }
            if (text.charAt(at) == ']') {
                at++;
                return String.join("\n", values);
            }
            if (text.charAt(at) == ',') {
                at++;
            } else {
                values.add(value());
            }
        }
    }

    private String value() throws ConfigException {
        char next = text.charAt(at);
        if (next == '"' || next == '\'' || next == '`') {
            return string();
        }
        int from = at;
        while (at < text.length() && ") \t\n,]".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (at == from) {
            throw Importer.wrong(place(), "a value is expected here");
        }
        return text.substring(from, at);
    }

    private String string() throws ConfigException {
        Place place = place();
        char quote = text.charAt(at++);
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && at + 1 < text.length() && quote != '`') {
                char escaped = text.charAt(at + 1);
                switch (escaped) {
                    case 'n' -> value.append('\n');
                    case 't' -> value.append('\t');
                    case '\\', '"', '\'', '$', '?' -> value.append(escaped);
                    default -> value.append('\\').append(escaped);
                }
                at += 2;
            } else {
                value.append(text.charAt(at++));
            }
        }
        if (at >= text.length()) {
            throw Importer.wrong(place, "this text has no closing quote");
        }
        at++;
        return quote == '`'
                ? value.toString()
                        .strip()
                        .replaceFirst("^echo\\s+\\$([A-Za-z_]\\w*)$", "\\${env:$1}")
                : value.toString();
    }

    private List<RsyslogStatement> block() throws ConfigException {
        Place place = place();
        at++;
        List<RsyslogStatement> all = new ArrayList<>();
        while (true) {
            if (!more()) {
                throw Importer.wrong(place, "this { has no end");
            }
            if (text.charAt(at) == '}') {
                at++;
                return all;
            }
            all.add(statement());
        }
    }

    private If condition(Place place) throws ConfigException {
        at += 2;
        int from = at;
        int then = -1;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '"' || next == '\'') {
                string();
            } else if (isWord("then")) {
                then = at;
                break;
            } else {
                at++;
            }
        }
        if (then < 0) {
            throw Importer.wrong(place, "this 'if' has no 'then'");
        }
        String condition = text.substring(from, then).replaceAll("\\s+", " ").strip();
        at = then + 4;
        List<RsyslogStatement> whenTrue = branch(place);
        int before = at;
        if (more() && isWord("else")) {
            at += 4;
            return new If(place, condition, whenTrue, branch(place));
        }
        at = before;
        return new If(place, condition, whenTrue, List.of());
    }

    private boolean isWord(String word) {
        return text.regionMatches(true, at, word, 0, word.length())
                && (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
                && (at + word.length() >= text.length()
                        || !Character.isLetterOrDigit(text.charAt(at + word.length())));
    }

    private List<RsyslogStatement> branch(Place place) throws ConfigException {
        if (!more()) {
            throw Importer.wrong(place, "after 'then' and 'else' a statement is expected");
        }
        return text.charAt(at) == '{' ? block() : List.of(statement());
    }

    /** A selector or a property with its action, or an action alone. */
    private RsyslogStatement old(Place place) throws ConfigException {
        char first = text.charAt(at);
        if (first == '&') {
            at++;
            more();
            return new Filter(place, "&", List.of(action(place())));
        }
        if (first == '~' || first == '/' || first == '@' || first == '|' || first == '-') {
            return action(place);
        }
        int from = at;
        if (first == ':') {
            for (int commas = 0;
                    at < text.length() && commas < 2 && text.charAt(at) != '\n';
                    at++) {
                commas += text.charAt(at) == ',' ? 1 : 0;
            }
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            if (at >= text.length() || text.charAt(at) != '"') {
                if (text.startsWith(":om", from)) {
                    at = from;
                    return action(place);
                }
                throw Importer.wrong(place, "a filter is :PROPERTY, COMPARISON, \"VALUE\"");
            }
            string();
        } else {
            selectorEnd();
        }
        String selector = text.substring(from, at).replaceAll("\\\\\n[ \t]*", "");
        if (first != ':' && !selector.matches("(?i)[a-z0-9,*_]+\\.[a-z0-9!=*,;._]+.*")) {
            throw Importer.wrong(
                    place, "'" + Secrets.shown("", selector) + "' begins no statement of rsyslog");
        }
        int end = lineEnd();
        if (text.substring(at, end).isBlank()) {
            throw Importer.wrong(place, "the selector '" + selector + "' has no action");
        }
        more();
        List<RsyslogStatement> then = text.charAt(at) == '{' ? block() : List.of(action(place()));
        return new Filter(place, selector, then);
    }

    /** A selector may go on in the next line, behind a backslash. */
    private void selectorEnd() {
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            if (text.startsWith("\\\n", at)) {
                at += 2;
                while (at < text.length() && " \t".indexOf(text.charAt(at)) >= 0) {
                    at++;
                }
            } else {
                at++;
            }
        }
    }

    private RsyslogStatement action(Place place) throws ConfigException {
        String word = word().toLowerCase(Locale.ROOT);
        if (!word.isEmpty()
                && (Set.of("stop", "call", "set").contains(word)
                        || (CALLS.contains(word) && opens(at + word.length())))) {
            return statement();
        }
        String line = comment(restOfLine());
        return line.equals("~") ? new Stop(place) : new OldAction(place, line);
    }
}
