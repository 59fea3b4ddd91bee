package io.moor.shipper.imports;

import io.moor.shipper.imports.Regexes.Dialect;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Fluent Bit's filters as rules, parsers and headers of a source. */
final class FluentFilters {

    private static final Set<String> EVERY = Set.of("name", "match", "match_regex", "alias");

    private static final Advice ADVICE =
            new Advice(
                    """
                    kubernetes | lost | Moor asks no API server; namespace, pod and container are in the path, which is in the record's key and in log.file.path
                    rewrite_tag | lost | Moor has no tags; make a source with a topic of its own for files that go elsewhere, or separate events where they are read
                    throttle throttle_size | lost | it drops events; 'rate-limit' of a source delays them in bytes a second, and drops none
                    lua wasm nightfall tensorflow | lost | Moor runs no code on events; do it where they are read
                    nest modify_nested | lost | fields are written flat, nested names joined by dots
                    stdout | note | it only shows events; see moor logs tail
                    record_modifier modify type_converter geoip2 aws ecs sysinfo content_modifier sql log_to_metrics checklist expect | lost | fields are as the parser finds them; do this where they are read
                    """);

    private static final Advice KUBERNETES =
            new Advice(
                    """
                    merge_log_trim keep_log | note | the event stays as it is, beside the fields found in it
                    * | note | of the filter, which is not carried over
                    """);

    private final FluentText text;
    private final FluentParsers parsers;
    private final Findings findings;

    FluentFilters(FluentText text, FluentParsers parsers, Findings findings) {
        this.text = text;
        this.parsers = parsers;
        this.findings = findings;
    }

    /** Applies one whose pattern matches all of a source. */
    void apply(FluentSection filter, Draft draft) {
        switch (filter.plugin()) {
            case "grep" -> grep(filter, draft);
            case "parser" -> parser(filter, draft);
            case "multiline" -> multiline(filter, draft);
            case "record_modifier", "modify" -> modify(filter, draft);
            case "kubernetes" -> kubernetes(filter, draft);
            default -> lost(filter);
        }
    }

    private void lost(FluentSection filter) {
        ADVICE.say(filter.asSetting(), filter.plugin(), findings);
    }

    private void grep(FluentSection filter, Draft draft) {
        boolean or = filter.value("logical_op", "legacy").equalsIgnoreCase("or");
        boolean and = filter.value("logical_op", "legacy").equalsIgnoreCase("and");
        List<Setting> rules =
                filter.settings().stream()
                        .filter(each ->
                                Set.of("regex", "exclude")
                                        .contains(each.key().toLowerCase(Locale.ROOT)))
                        .toList();
        for (Setting rule : rules) {
            boolean keeps = rule.key().equalsIgnoreCase("regex");
            // One by one rules do the same only for keep-all and drop-any.
            boolean together = rules.size() > 1 && (keeps ? or : and);
            if (together) {
                findings.lost(
                        rule,
                        "rules of Moor are not joined this way; write one pattern that says it");
                continue;
            }
            grep(rule, keeps ? "keep" : "drop", draft);
        }
        for (Setting other : filter.others(EVERY)) {
            if (!rules.contains(other) && !other.key().equalsIgnoreCase("logical_op")) {
                findings.lost(other, "the import does not know this setting of grep");
            }
        }
    }

    private void grep(Setting rule, String kind, Draft draft) {
        String[] parts = rule.value().split("\\s+", 2);
        String field = field(parts[0]);
        try {
            String regex = Regexes.translate(parts.length < 2 ? "" : parts[1], Dialect.ONIGMO);
            if (!draft.rule(kind, draft.joinsLines() ? Regexes.ofLines(regex) : regex, field)) {
                findings.lost(
                        rule,
                        "Moor finds no such field in these files; add 'parse', or a pattern for the"
                                + " whole event: '"
                                + kind
                                + ": …'");
            }
        } catch (Untranslatable e) {
            findings.lost(rule, e.why() + "; write a rule '" + kind + ": …' with another pattern");
        }
    }

    /** {@code $a['b']['c']} is the field {@code a.b.c}. */
    private static String field(String accessor) {
        return accessor.replaceFirst("^\\$", "").replaceAll("\\['?([^\\]']*)'?]", ".$1");
    }

    private void parser(FluentSection filter, Draft draft) {
        String key = filter.value("key_name", "");
        for (Setting parser : filter.all("parser")) {
            if (!draft.wholeEvent.contains(key)) {
                findings.lost(parser, "Moor parses whole events only, no field of one");
            } else if (draft.parses()) {
                findings.lost(parser, "a source has one parser; the first is taken");
            } else {
                parsers.parse(draft, parser, parser.value());
            }
        }
    }

    private void multiline(FluentSection filter, Draft draft) {
        for (Setting parser : filter.all("multiline.parser")) {
            if (draft.joinsLines()) {
                findings.lost(parser, "a source joins lines in one way; the first is taken");
            } else {
                parsers.multiline(draft, parser);
            }
        }
    }

    private void modify(FluentSection filter, Draft draft) {
        for (Setting setting : filter.others(EVERY)) {
            String[] parts = setting.value().split("\\s+", 2);
            boolean adds =
                    Set.of("record", "add", "set").contains(setting.key().toLowerCase(Locale.ROOT));
            if (adds
                    && filter.setting("condition") == null
                    && parts.length == 2
                    && !parts[1].contains("$TAG")) {
                if (draft.header(setting, parts[0], text.resolve(parts[1]), findings)) {
                    findings.note(
                            setting, "it is a header of every record, not a field of its value");
                }
            } else {
                findings.lost(
                        setting,
                        "fields are as the parser finds them; do this where they are read");
            }
        }
    }

    private void kubernetes(FluentSection filter, Draft draft) {
        lost(filter);
        for (Setting setting : filter.others(EVERY)) {
            if (!setting.key().equalsIgnoreCase("merge_log")) {
                KUBERNETES.say(setting, findings);
            } else if (filter.isOn("merge_log") && !draft.parses()) {
                draft.parse = "json";
                draft.comment("Merge_Log: fields of events that are JSON are found");
            }
        }
    }
}
