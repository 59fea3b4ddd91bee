package io.moor.shipper.imports;

import io.moor.shipper.imports.Regexes.Dialect;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Fluent Bit's parsers, and what they make of a source. */
final class FluentParsers {

    private static final Set<String> CONTAINERS = Set.of("docker", "cri");
    private static final Set<String> TRACES = Set.of("java", "python", "go");

    private final Map<String, FluentSection> parsers = new HashMap<>();
    private final Map<String, FluentSection> multiline = new HashMap<>();
    private final Findings findings;

    FluentParsers(List<FluentSection> sections, Findings findings) {
        this.findings = findings;
        for (FluentSection section : sections) {
            String name = section.value("name", "");
            if (section.type().equals("parser")) {
                parsers.put(name, section);
            } else if (section.type().equals("multiline_parser")) {
                multiline.put(name, section);
            }
        }
    }

    /** Fields are found by a parser, or it tells who wrote the file. */
    void parse(Draft draft, Setting setting, String name) {
        FluentSection parser = parsers.get(name);
        String format = parser == null ? name : parser.value("format", "").toLowerCase(Locale.ROOT);
        String regex = parser == null ? "" : parser.value("regex", "");
        boolean ofContainer =
                draft.files.stream().anyMatch(each -> each.matches(".*/(containers|pods)/.*"));
        if (name.equals("cri") || (regex.contains("stdout|stderr") && regex.contains("<time>"))) {
            draft.input = "cri";
            return;
        }
        if (name.equals("docker") || (format.equals("json") && ofContainer)) {
            draft.input = "docker";
            return;
        }
        boolean carried =
                switch (format) {
                    case "json", "logfmt" -> {
                        draft.parse = format;
                        yield true;
                    }
                    case "regex" ->
                            parser != null
                                    && regex(
                                            draft, parser, regex, draft.joinsLines() ? "(?m)" : "");
                    default -> {
                        findings.lost(
                                setting,
                                parser == null
                                        ? "no such parser was found; name its Parsers_File, or"
                                                + " write 'parse'"
                                        : "Moor parses json, logfmt and regular expressions");
                        yield false;
                    }
                };
        if (carried) {
            draft.wholeEvent.clear();
            if (parser != null) {
                time(draft, parser);
                rest(parser);
            }
        }
    }

    private boolean regex(Draft draft, FluentSection parser, String regex, String flags) {
        try {
            draft.parseRegex = flags + Regexes.translate(regex, Dialect.ONIGMO);
            return true;
        } catch (Untranslatable e) {
            Setting at = parser.setting("regex");
            findings.lost(
                    at == null ? parser.asSetting() : at,
                    e.why() + "; write another pattern into 'parse: {regex: …}'");
            return false;
        }
    }

    private void time(Draft draft, FluentSection parser) {
        Setting format = parser.setting("time_format");
        String key = parser.value("time_key", "");
        if (format == null || key.isEmpty()) {
            return;
        }
        try {
            draft.timeFormat = TimeFormats.ofStrptime(format.value());
            draft.timeField = key;
        } catch (Untranslatable e) {
            findings.lost(format, e.why() + "; events have no time of their own");
        }
    }

    private void rest(FluentSection parser) {
        for (Setting setting :
                parser.others(
                        Set.of(
                                "name",
                                "format",
                                "regex",
                                "time_key",
                                "time_format",
                                "time_keep",
                                "time_strict",
                                "skip_empty_values",
                                "logfmt_no_bare_keys"))) {
            if (setting.key().equalsIgnoreCase("types")) {
                findings.note(setting, "fields found by a pattern are texts");
            } else {
                findings.lost(
                        setting,
                        "fields are as the parser finds them; do this where they are read");
            }
        }
    }

    /** {@code Multiline On}: an event begins where the pattern of a parser is found. */
    void firstLine(Draft draft, Setting setting) {
        FluentSection parser = parsers.get(setting.value());
        String regex = parser == null ? "" : parser.value("regex", "");
        if (parser == null || regex.isEmpty()) {
            findings.lost(setting, "no such parser with a pattern was found; write 'multiline'");
            return;
        }
        try {
            draft.multilineStart = Regexes.translate(regex, Dialect.ONIGMO);
        } catch (Untranslatable e) {
            findings.lost(setting, e.why() + "; write another 'multiline: {start: …}'");
            return;
        }
        if (draft.multilineStart.contains("(?P<")) {
            // The last field takes the lines that follow.
            regex(draft, parser, regex, "(?s)");
            draft.wholeEvent.clear();
            time(draft, parser);
        }
        rest(parser);
    }

    /** Names of {@code multiline.parser}: containers, traces, or one of the user's. */
    void multiline(Draft draft, Setting setting) {
        List<String> names = List.of(setting.value().split("\\s*,\\s*"));
        List<String> containers = names.stream().filter(CONTAINERS::contains).toList();
        if (containers.size() > 1) {
            boolean docker = draft.files.stream().anyMatch(each -> each.contains("docker"));
            draft.input = docker ? "docker" : "cri";
            findings.note(
                    setting,
                    "a source has one form: '"
                            + draft.input
                            + "' was chosen; write 'input: "
                            + (docker ? "cri" : "docker")
                            + "' if another runtime writes these files");
        } else if (!containers.isEmpty()) {
            draft.input = containers.getFirst();
        }
        for (String name : names) {
            if (!CONTAINERS.contains(name)) {
                join(draft, setting, name);
            }
        }
    }

    private void join(Draft draft, Setting setting, String name) {
        Setting one = new Setting(setting.place(), setting.key(), name);
        if (draft.joinsLines()) {
            findings.lost(one, "a source joins lines in one way; the first is taken");
        } else if (TRACES.contains(name)) {
            draft.multiline = name;
        } else if (multiline.containsKey(name)) {
            own(draft, multiline.get(name), one);
        } else {
            findings.lost(
                    one,
                    "Moor joins lines of java, python and go, or by a pattern; see 'multiline'");
        }
    }

    private void own(Draft draft, FluentSection parser, Setting use) {
        for (Setting rule : parser.all("rule")) {
            List<String> parts = FluentText.ruleParts(rule.value());
            if (parts.size() < 2) {
                findings.lost(rule, "a rule has a state, a pattern and a next state");
                continue;
            }
            if (!parts.getFirst().equals("start_state")) {
                findings.lost(
                        rule,
                        "what is no start continues an event, whatever it looks like; check that"
                                + " the pattern of start_state finds every first line");
                continue;
            }
            try {
                draft.multilineStart = Regexes.translate(parts.get(1), Dialect.ONIGMO);
            } catch (Untranslatable e) {
                findings.lost(rule, e.why() + "; write another 'multiline: {start: …}'");
            }
        }
        for (Setting setting : parser.others(Set.of("name", "type", "rule", "flush_timeout"))) {
            findings.lost(setting, "an event is all of its lines; the pattern looks at each line");
        }
        Setting flush = parser.setting("flush_timeout");
        if (flush != null) {
            findings.note(flush, "an event is shipped after a second without a line");
        }
        if (!draft.joinsLines()) {
            findings.lost(use, "its start_state has no pattern that Moor can use");
        }
    }
}
