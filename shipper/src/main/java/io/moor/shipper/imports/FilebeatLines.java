package io.moor.shipper.imports;

import io.moor.shipper.imports.Regexes.Dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Filebeat's inputs do with lines: joining, parsing, leaving out. */
final class FilebeatLines {

    /** A class of characters at the begin of a line, and nothing else. */
    private static final Pattern LEADING =
            Pattern.compile("\\^\\[(\\^?)((?:\\[:[a-z]+:]|[^\\]])+)][+]?|\\^(\\\\[sSdDwW])[+]?");

    private final Findings findings;

    FilebeatLines(Findings findings) {
        this.findings = findings;
    }

    void apply(YamlTree input, Draft draft) {
        YamlTree multiline = input.get("multiline");
        if (multiline != null && multiline.get("pattern") != null) {
            join(multiline, draft);
        }
        YamlTree json = input.get("json");
        if (json != null && json.isMapping()) {
            json(json, draft);
        }
        YamlTree parsers = input.get("parsers");
        if (parsers != null) {
            for (YamlTree parser : parsers.items()) {
                parser.keys().forEach((name, body) -> parser(name, body, draft));
            }
        }
        kept(input, draft);
    }

    private void parser(String name, YamlTree body, Draft draft) {
        switch (name) {
            case "multiline" -> {
                join(body, draft);
                body.leaves(
                        "multiline",
                        (path, value) -> {
                            if (Set.of("multiline.max_lines", "multiline.timeout").contains(path)) {
                                findings.note(
                                        value.setting(path),
                                        "an event is all of its lines up to 'max-line', and is"
                                                + " shipped after a second without a line");
                            }
                        });
            }
            case "ndjson" -> json(body, draft);
            case "container" -> {
                new FilebeatInput(findings)
                        .containerForm(draft, body.text("format", "auto"), body.setting(name));
                if (!body.text("stream", "all").equals("all")) {
                    findings.lost(
                            body.setting("container.stream"),
                            "both streams of a container are shipped; with 'format: json'"
                                    + " log.iostream tells which");
                }
            }
            default ->
                    findings.lost(
                            body.setting(name),
                            "Moor parses json, logfmt and patterns; see 'parse'");
        }
    }

    private void json(YamlTree json, Draft draft) {
        String key = json.text("message_key", "");
        if (key.equals("log")
                && draft.files.stream().anyMatch(each -> each.contains("/containers/"))) {
            draft.input = "docker";
            draft.wholeEvent.add(key);
            return;
        }
        draft.parse = "json";
        if (!json.isTrue("keys_under_root") && !json.text("target", "json").isEmpty()) {
            draft.comment(
                    "fields of JSON events have their own names, without 'json.' before them");
        }
        if (key.isEmpty()) {
            return;
        }
        // Rules for lines look at this field from here on.
        draft.wholeEvent.remove("message");
        findings.note(
                json.setting("json"),
                "'"
                        + key
                        + "' stays a field; lines are joined by their whole text, not by this"
                        + " field");
    }

    private void join(YamlTree multiline, Draft draft) {
        YamlTree written = multiline.get("pattern");
        if (!multiline.text("type", "pattern").equals("pattern") || written == null) {
            findings.lost(
                    multiline.setting("multiline.type"),
                    "lines are joined by where an event begins; write 'multiline: {start: REGEX}'");
            return;
        }
        Setting setting = written.setting("multiline.pattern");
        boolean after = multiline.text("match", "after").equals("after");
        try {
            String pattern = Regexes.translate(written.text(), Dialect.GO);
            if (after && multiline.isTrue("negate")) {
                draft.multilineStart = pattern;
            } else if (after && pattern.contains("Caused by")) {
                draft.multiline = "java";
                draft.comment("the pattern for continued lines became the rule for Java's traces");
            } else if (after) {
                draft.multilineStart = others(pattern);
            } else {
                throw new Untranslatable(
                        "lines are joined to the one before them, not to the next");
            }
            if (multiline.get("flush_pattern") != null) {
                findings.lost(
                        multiline.setting("multiline.flush_pattern"),
                        "an event ends where the next one begins");
            }
            if (multiline.isTrue("skip_newline")) {
                findings.lost(
                        multiline.setting("multiline.skip_newline"),
                        "the line ends within an event stay");
            }
        } catch (Untranslatable e) {
            findings.lost(
                    setting,
                    e.why()
                            + "; write 'multiline: {start: REGEX}', where REGEX is"
                            + " found in the first line of an event");
        }
    }

    /** A pattern that is found exactly where the other one is not. */
    private static String others(String pattern) throws Untranslatable {
        Matcher leading = LEADING.matcher(pattern);
        if (!leading.matches()) {
            throw new Untranslatable(
                    "RE2 cannot say where a pattern is not found, and this one tells of continued"
                            + " lines");
        }
        if (leading.group(3) != null) {
            char letter = leading.group(3).charAt(1);
            char other =
                    Character.isLowerCase(letter)
                            ? Character.toUpperCase(letter)
                            : Character.toLowerCase(letter);
            return "^(?:\\" + other + "|$)";
        }
        String negated = leading.group(1).isEmpty() ? "^" : "";
        return "^(?:[" + negated + leading.group(2) + "]|$)";
    }

    private void kept(YamlTree input, Draft draft) {
        String field = input.text("json.message_key", "message");
        List<String> include = regexes(input, "include_lines");
        if (!include.isEmpty() && !draft.rule("keep", Regexes.any(include), field)) {
            findings.lost(input.setting("include_lines"), "no such field is known here");
        }
        for (String regex : regexes(input, "exclude_lines")) {
            if (!draft.rule("drop", regex, field)) {
                findings.lost(input.setting("exclude_lines"), "no such field is known here");
            }
        }
    }

    private List<String> regexes(YamlTree input, String key) {
        List<String> all = new ArrayList<>();
        for (Setting regex : input.settings(key)) {
            try {
                all.add(Regexes.translate(regex.value(), Dialect.GO));
            } catch (Untranslatable e) {
                findings.lost(regex, e.why());
            }
        }
        return all;
    }
}
