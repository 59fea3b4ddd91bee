package io.moor.shipper.imports;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filebeat's processors as rules, parsers and headers of a source. */
final class BeatsProcessors {

    private static final Pattern DISSECT = Pattern.compile("%\\{([^}]*)}");
    private static final Pattern FIELDS_ONLY =
            Pattern.compile(
                    "add_.*|drop_fields|include_fields|rename|copy_fields|convert|fingerprint");

    private static final String FIELDS_FOUND =
            "fields are as the parser finds them; do this where they are read";

    private static final Advice ADVICE =
            new Advice(
                    """
                    add_host_metadata add_cloud_metadata add_docker_metadata add_kubernetes_metadata add_process_metadata add_observer_metadata add_id add_locale add_nomad_metadata | lost | Moor asks nobody about the machine; group, slot, instance and path are in the record's key, and 'headers' add what is the same for all
                    drop_fields include_fields rename copy_fields convert truncate_fields replace lowercase uppercase translate_* extract_array move_fields append urldecode decode_* dns registered_domain community_id syslog parse_* | lost | fields are as the parser finds them; do this where they are read
                    rate_limit | lost | it drops events; 'rate-limit' of a source delays them in bytes a second, and drops none
                    script | lost | Moor runs no code on events; do it where they are read
                    fingerprint | lost | moor.span tells records apart, and every line is there once
                    """);

    private final Findings findings;

    BeatsProcessors(Findings findings) {
        this.findings = findings;
    }

    /**
     * @param list of processors
     * @param known what is known of a field before a line is read
     */
    void apply(
            YamlTree list,
            Draft draft,
            java.util.function.Function<String, Optional<String>> known) {
        for (YamlTree processor : list.items()) {
            processor.keys().forEach((name, body) -> one(name, body, draft, known));
        }
    }

    private void one(
            String name,
            YamlTree body,
            Draft draft,
            java.util.function.Function<String, Optional<String>> known) {
        YamlTree when = body.get("when");
        Setting setting = body.setting(name);
        if (name.equals("if")) {
            findings.lost(setting, "the import knows 'when' only");
            return;
        }
        if (name.equals("then") || name.equals("else")) {
            return;
        }
        if (when != null && !name.equals("drop_event")) {
            Optional<Boolean> truth = BeatsCondition.truth(when, known);
            if (truth.isEmpty()) {
                findings.lost(setting, "Moor has conditions for dropping only; " + FIELDS_FOUND);
                return;
            }
            if (!truth.get()) {
                return;
            }
        }
        switch (name) {
            case "drop_event" -> drop(setting, when, draft, known);
            case "add_fields", "add_labels" -> add(name, body, draft);
            case "add_tags" -> tags(body, draft);
            case "decode_json_fields" -> json(setting, body, draft);
            case "dissect" -> dissect(setting, body, draft);
            case "timestamp" -> time(setting, body, draft);
            default -> {
                if ("raw".equals(draft.format) && FIELDS_ONLY.matcher(name).matches()) {
                    findings.note(setting, "values are the lines alone, so nothing is missed");
                } else {
                    ADVICE.say(setting, name, findings);
                }
            }
        }
    }

    private void drop(
            Setting setting,
            @Nullable YamlTree when,
            Draft draft,
            java.util.function.Function<String, Optional<String>> known) {
        if (when == null) {
            findings.lost(setting, "it drops everything; leave the source out");
            return;
        }
        Optional<Boolean> truth = BeatsCondition.truth(when, known);
        if (truth.isPresent()) {
            if (truth.get()) {
                findings.lost(setting, "it drops everything of this source; leave it out");
            }
            return;
        }
        YamlTree not = when.keys().size() == 1 ? when.get("not") : null;
        try {
            List<BeatsCondition.Found> patterns = BeatsCondition.patterns(not == null ? when : not);
            if (not != null && patterns.size() > 1) {
                rule(setting, "keep", joined(patterns), draft);
            } else {
                for (BeatsCondition.Found each : patterns) {
                    rule(setting, not == null ? "drop" : "keep", each, draft);
                }
            }
        } catch (Untranslatable e) {
            findings.lost(setting, e.why() + "; write rules, 'drop: REGEX' or 'keep: REGEX'");
        }
    }

    private static BeatsCondition.Found joined(List<BeatsCondition.Found> patterns)
            throws Untranslatable {
        if (patterns.stream().map(BeatsCondition.Found::field).distinct().count() > 1) {
            throw new Untranslatable("it looks at several fields at once");
        }
        return new BeatsCondition.Found(
                patterns.getFirst().field(),
                Regexes.any(patterns.stream().map(BeatsCondition.Found::regex).toList()));
    }

    private void rule(Setting setting, String kind, BeatsCondition.Found found, Draft draft) {
        if (!draft.rule(kind, found.regex(), field(found.field(), draft))) {
            findings.lost(
                    setting,
                    "Moor finds no field '"
                            + found.field()
                            + "' in these files; add 'parse', or a pattern for the whole event");
        }
    }

    /** Filebeat keeps what it parses under a name of its own. */
    private static String field(String name, Draft draft) {
        return draft.wholeEvent.contains(name) ? name : name.replaceFirst("^(json|dissect)\\.", "");
    }

    private void add(String name, YamlTree body, Draft draft) {
        String target = name.equals("add_labels") ? "labels" : body.text("target", "fields");
        YamlTree fields = body.get(name.equals("add_labels") ? "labels" : "fields");
        if (fields != null) {
            fields.leaves(
                    target,
                    (path, value) ->
                            draft.header(
                                    value.setting(path),
                                    path.replaceFirst("^\\.", ""),
                                    FilebeatInput.resolve(String.join(",", value.texts())),
                                    findings));
            findings.note(body.setting(name), FilebeatInput.AS_HEADERS);
        }
    }

    private void tags(YamlTree body, Draft draft) {
        String more = String.join(",", body.texts("tags"));
        draft.headers.merge(
                body.text("target", "tags"), more, (before, after) -> before + "," + after);
        findings.note(body.setting("add_tags"), FilebeatInput.AS_HEADERS);
    }

    private void json(Setting setting, YamlTree body, Draft draft) {
        List<String> fields = body.texts("fields");
        if (fields.stream().anyMatch(draft.wholeEvent::contains) && !draft.parses()) {
            draft.parse = "json";
        } else {
            findings.lost(setting, "Moor parses whole events, once; no field of one");
        }
    }

    private void dissect(Setting setting, YamlTree body, Draft draft) {
        String tokenizer = body.text("tokenizer", "");
        if (draft.parses() || !draft.wholeEvent.contains(body.text("field", "message"))) {
            findings.lost(setting, "Moor parses whole events, once; no field of one");
            return;
        }
        List<String> names = new ArrayList<>();
        StringBuilder regex = new StringBuilder("^");
        Matcher keys = DISSECT.matcher(tokenizer);
        int at = 0;
        while (keys.find()) {
            String name = keys.group(1);
            regex.append(Regexes.literal(tokenizer.substring(at, keys.start())));
            at = keys.end();
            boolean last = at == tokenizer.length();
            if (!name.matches("[A-Za-z_][A-Za-z0-9_.]*") || names.contains(name)) {
                findings.lost(
                        new Setting(setting.place(), "dissect.tokenizer", tokenizer),
                        "'%{" + name + "}' has no equal; write a pattern into 'parse'");
                return;
            }
            names.add(name);
            regex.append("(?P<").append(name.replace('.', '_')).append(last ? ">.*)" : ">.*?)");
        }
        draft.parseRegex = regex + Regexes.literal(tokenizer.substring(at)) + "$";
    }

    private void time(Setting setting, YamlTree body, Draft draft) {
        List<String> layouts = body.texts("layouts");
        if (layouts.isEmpty() || !draft.parses()) {
            findings.lost(setting, "an event time needs 'parse', and a layout");
            return;
        }
        if (layouts.size() > 1) {
            findings.lost(
                    new Setting(setting.place(), "timestamp.layouts", String.join(", ", layouts)),
                    "'time' has one format; the first is taken");
        }
        try {
            draft.timeFormat = TimeFormats.ofGo(layouts.getFirst());
            draft.timeField = field(body.text("field", ""), draft);
            draft.eventTimestamp = true;
        } catch (Untranslatable e) {
            findings.lost(setting, e.why() + "; write 'time: {field: …, format: …}'");
        }
        for (Map.Entry<String, YamlTree> each : body.keys().entrySet()) {
            if (each.getKey().equals("timezone") && !each.getValue().text().equals("UTC")) {
                findings.lost(
                        each.getValue().setting("timestamp.timezone"),
                        "times without a zone are UTC; let the application write the zone");
            }
        }
    }
}
