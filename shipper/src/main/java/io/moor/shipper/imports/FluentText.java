package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Fluent Bit's files, of the classic format and of YAML, into sections. Not thread-safe. */
final class FluentText {

    private static final Pattern CLASSIC =
            Pattern.compile("(?im)^\\s*(\\[[a-z_ ]+]?\\s*$|@(include|set)\\b)");
    private static final Pattern HEAD = Pattern.compile("\\[\\s*([A-Za-z_]+)\\s*]");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.]*)}");
    private static final Pattern RULE_PART = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final int DEPTH_MAX = 8;

    private final Includes includes;
    private final Findings findings;
    final List<FluentSection> sections = new ArrayList<>();
    private final Map<String, String> variables = new HashMap<>();

    FluentText(Includes includes, Findings findings) {
        this.includes = includes;
        this.findings = findings;
    }

    /**
     * Adds what a file says.
     *
     * @throws ConfigException when it is neither format, with its line
     */
    void add(Text text) throws ConfigException {
        add(text, 0);
    }

    private void add(Text text, int depth) throws ConfigException {
        if (CLASSIC.matcher(text.content()).find()) {
            classic(text, depth);
        } else {
            yaml(text, depth);
        }
    }

    /** A value with what {@code @SET} and {@code env} say, and references to the rest. */
    String resolve(String value) {
        return REFERENCE
                .matcher(value)
                .replaceAll(found -> {
                    String known = variables.get(found.group(1));
                    return Matcher.quoteReplacement(
                            known != null ? known : "${env:" + found.group(1) + "}");
                });
    }

    private void classic(Text text, int depth) throws ConfigException {
        List<Setting> open = null;
        int number = 0;
        for (String raw : text.content().split("\r?\n", -1)) {
            String line = raw.replace("\uFEFF", "").strip();
            Place place = new Place(text.name(), ++number);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("@")) {
                directive(line, place, depth);
            } else if (line.startsWith("[")) {
                Matcher head = HEAD.matcher(line);
                if (!head.matches()) {
                    throw Importer.wrong(place, "a section is [NAME] on a line of its own");
                }
                open = new ArrayList<>();
                sections.add(
                        new FluentSection(place, head.group(1).toLowerCase(Locale.ROOT), open));
            } else if (open == null) {
                throw Importer.wrong(place, "this stands before the first [SECTION]");
            } else {
                String[] parts = line.split("\\s+", 2);
                if (parts.length < 2) {
                    throw Importer.wrong(
                            place, "the key '" + Secrets.shown("", parts[0]) + "' has no value");
                }
                open.add(new Setting(place, parts[0], parts[1]));
            }
        }
    }

    private void directive(String line, Place place, int depth) throws ConfigException {
        String[] parts = line.split("\\s+", 2);
        String rest = parts.length < 2 ? "" : parts[1];
        switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "@include" -> include(new Setting(place, parts[0], rest), depth);
            case "@set" -> {
                int equals = rest.indexOf('=');
                if (equals < 1) {
                    throw Importer.wrong(place, "@SET takes NAME=VALUE");
                }
                variables.put(rest.substring(0, equals).strip(), rest.substring(equals + 1));
            }
            default -> throw Importer.wrong(place, "only @INCLUDE and @SET begin with @");
        }
    }

    private void include(Setting setting, int depth) throws ConfigException {
        if (depth >= DEPTH_MAX) {
            throw Importer.wrong(setting.place(), "files include each other too deeply");
        }
        List<Text> found = includes.find(setting.value());
        if (found.isEmpty() && !includes.exists(setting.value())) {
            findings.lost(
                    setting,
                    "no such file is beside the configuration; put it there and import again");
        }
        for (Text each : found) {
            add(each, depth + 1);
        }
    }

    private void yaml(Text text, int depth) throws ConfigException {
        YamlTree root = YamlTree.read(text, false);
        if (!root.isMapping()) {
            throw Importer.wrong(
                    text, 1, "neither [SECTION] lines nor keys like 'pipeline:' are in it");
        }
        for (Map.Entry<String, YamlTree> entry : root.keys().entrySet()) {
            YamlTree value = entry.getValue();
            switch (entry.getKey()) {
                case "env" -> value.keys().forEach((key, each) -> variables.put(key, each.text()));
                case "includes" -> {
                    for (String name : value.texts()) {
                        include(new Setting(value.place(), "includes", name), depth);
                    }
                }
                case "service" -> sections.add(section("service", value));
                case "parsers" -> value.items().forEach(each -> add("parser", each));
                case "multiline_parsers" ->
                        value.items().forEach(each -> add("multiline_parser", each));
                case "pipeline" -> pipeline(value);
                default ->
                        findings.lost(
                                value.setting(entry.getKey()),
                                "Moor has nothing of this kind; keep it out, or do it elsewhere");
            }
        }
    }

    private void pipeline(YamlTree pipeline) throws ConfigException {
        for (Map.Entry<String, YamlTree> entry : pipeline.keys().entrySet()) {
            String type = entry.getKey().replaceFirst("s$", "");
            if (!List.of("input", "filter", "output").contains(type)) {
                throw Importer.wrong(
                        entry.getValue().place(),
                        "a pipeline has inputs, filters and outputs, not '"
                                + Secrets.shown("", entry.getKey())
                                + "'");
            }
            entry.getValue().items().forEach(each -> add(type, each));
        }
    }

    private void add(String type, YamlTree tree) {
        sections.add(section(type, tree));
    }

    private FluentSection section(String type, YamlTree tree) {
        List<Setting> settings = new ArrayList<>();
        tree.keys()
                .forEach((key, value) -> {
                    if (key.equals("rules")) {
                        value.items().forEach(rule -> settings.add(rule(rule)));
                    } else if (value.items().isEmpty()) {
                        settings.add(new Setting(value.place(), key, value.text()));
                    } else {
                        value.items()
                                .forEach(item ->
                                        settings.add(new Setting(item.place(), key, item.text())));
                    }
                });
        return new FluentSection(tree.place(), type, settings);
    }

    /** The three parts, as the classic format writes them. */
    private static Setting rule(YamlTree rule) {
        return new Setting(
                rule.place(),
                "rule",
                quoted(rule.text("state", ""))
                        + " "
                        + quoted(rule.text("regex", ""))
                        + " "
                        + quoted(rule.text("next_state", "")));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    /** State, pattern and next state of a rule of a multi-line parser. */
    static List<String> ruleParts(String rule) {
        return RULE_PART.matcher(rule).results().map(found -> found.group(1)).toList();
    }
}
