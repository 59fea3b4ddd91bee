package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A Filebeat configuration, or a file of inputs alone. */
final class FilebeatImport {

    private static final Set<String> OF_FILES = Set.of("log", "filestream", "container", "docker");

    private static final Set<String> CARRIED =
            Set.of("filebeat", "output", "processors", "fields", "tags", "fields_under_root");

    private static final Advice TOP =
            new Advice(
                    """
                    logging logging.* max_procs path.* name http.* monitoring.* xpack.* instrumentation.* seccomp.* timestamp.* features.* migration.* management.* | note | of Filebeat's own running; Moor's status, metrics and health are served by 'status: PORT'
                    queue.* | note | the files are the buffer; there is no other queue
                    setup.* cloud.* | note | of Elasticsearch and Kibana
                    """);

    private static final Advice BEAT =
            new Advice(
                    """
                    registry* idle_timeout registry_* spool_size publish_async overwrite_pipelines | note | positions are in Kafka, in the transaction of the lines; nothing is shipped twice
                    shutdown_timeout | note | how long a drain takes is moor ship --drain-timeout
                    config.modules.reload.enabled config.modules.reload.period config.modules.enabled | note | of modules, which Moor does not have
                    modules config.modules.* config.modules | lost | Moor has no modules; write a source with the paths that the module reads
                    autodiscover.* autodiscover | lost | Moor asks no platform; write globs that match the containers' files, like /var/log/containers/*.log with 'input: cri'
                    config.reload.* | note | restart Moor after a change; nothing is lost or doubled
                    """);

    private final Drafts drafts = new Drafts();
    private final Names names = new Names();
    private final Includes includes;

    private FilebeatImport(Includes includes) {
        this.includes = includes;
    }

    static Drafts read(Text main, Includes includes) throws ConfigException {
        FilebeatImport work = new FilebeatImport(includes);
        YamlTree root = YamlTree.read(main, true);
        if (root.isMapping()) {
            work.whole(root);
        } else if (!root.items().isEmpty()) {
            work.inputs(root, root, Optional.empty());
        } else {
            throw Importer.wrong(
                    main, 1, "neither 'filebeat.inputs' nor a list of inputs is in it");
        }
        return work.drafts;
    }

    private void whole(YamlTree root) throws ConfigException {
        Optional<FilebeatKafka> kafka = outputs(root);
        for (String key : List.of("filebeat.inputs", "filebeat.prospectors")) {
            YamlTree inputs = root.get(key);
            if (inputs != null) {
                inputs(root, inputs, kafka);
            }
        }
        YamlTree others = root.get("filebeat.config.inputs");
        if (others == null) {
            others = root.get("filebeat.config.prospectors");
        }
        if (others != null && !others.isFalse("enabled")) {
            included(root, others, kafka);
        }
        YamlTree beat = root.get("filebeat");
        if (beat != null) {
            beat.leaves(
                    "",
                    (path, value) -> {
                        boolean ours =
                                path.matches(
                                        "(inputs|prospectors|config\\.(inputs|prospectors)(\\..*)?)");
                        boolean off = path.startsWith("autodiscover") && value.items().isEmpty();
                        if (!ours && !off) {
                            BEAT.say(value.setting("filebeat." + path), path, drafts.findings);
                        }
                    });
        }
        root.leaves(
                "",
                (path, value) -> {
                    if (!CARRIED.contains(path.replaceFirst("\\..*", ""))) {
                        TOP.say(value.setting(path), path, drafts.findings);
                    }
                });
    }

    private void included(YamlTree root, YamlTree others, Optional<FilebeatKafka> kafka)
            throws ConfigException {
        String path = others.text("path", "");
        List<Text> found = includes.find(path.replace("${path.config}/", ""));
        if (found.isEmpty()) {
            drafts.findings.lost(
                    new Setting(others.place(), "filebeat.config.inputs.path", path),
                    "no such file is beside the configuration; put it there and import again");
        }
        for (Text each : found) {
            inputs(root, YamlTree.read(each, true), kafka);
        }
    }

    private Optional<FilebeatKafka> outputs(YamlTree root) {
        Optional<FilebeatKafka> kafka = Optional.empty();
        YamlTree outputs = root.get("output");
        if (outputs == null) {
            return kafka;
        }
        for (Map.Entry<String, YamlTree> output : outputs.keys().entrySet()) {
            Setting setting = output.getValue().setting("output." + output.getKey());
            if (output.getValue().isFalse("enabled")) {
                drafts.findings.note(setting, "it is not enabled");
            } else if (output.getKey().equals("kafka")) {
                FilebeatKafka found = new FilebeatKafka(output.getValue(), drafts);
                found.client();
                kafka = Optional.of(found);
            } else {
                drafts.findings.lost(
                        setting,
                        "Moor writes to Kafka only; read the topics into it, by Kafka Connect or"
                                + " Logstash for example");
            }
        }
        return kafka;
    }

    private void inputs(YamlTree root, YamlTree inputs, Optional<FilebeatKafka> kafka) {
        for (YamlTree input : inputs.items()) {
            String type = input.text("type", input.text("input_type", "log"));
            Setting setting = new Setting(input.place(), "type", type);
            if (input.isFalse("enabled")) {
                drafts.findings.note(setting, "it is not enabled, so there is no source for it");
            } else if (!OF_FILES.contains(type)) {
                drafts.findings.lost(
                        setting,
                        "Moor ships log files and nothing else; keep this input where it is");
            } else {
                source(root, input, setting, kafka);
            }
        }
    }

    private void source(
            YamlTree root, YamlTree input, Setting setting, Optional<FilebeatKafka> kafka) {
        String id = input.text("id", "");
        List<String> paths = input.texts("paths");
        String wish = id.isEmpty() ? Names.of(paths.isEmpty() ? "logs" : paths.getFirst()) : id;
        if (paths.isEmpty() && input.get("containers.ids") == null) {
            drafts.findings.lost(setting, "it has no paths, so there is nothing to ship");
            return;
        }
        Draft draft = new FilebeatInput(drafts.findings).draft(input, names.unique(wish));
        global(root, draft);
        kafka.ifPresent(output -> output.form(draft));
        BeatsProcessors processors = new BeatsProcessors(drafts.findings);
        // Those of the input come first, as in Filebeat.
        for (YamlTree owner : List.of(input, root)) {
            YamlTree list = owner.get("processors");
            if (list != null) {
                processors.apply(list, draft, field -> known(draft, field));
            }
        }
        if (kafka.isPresent()) {
            kafka.get().destination(draft, field -> known(draft, field));
        } else {
            draft.topic = "logs." + draft.name;
            draft.format = "json";
            draft.comment(Drafts.TOPIC_CHOSEN);
            if (root.get("output") == null) {
                drafts.findings.lost(
                        setting,
                        "no output is in this file; the topic '" + draft.topic + "' was chosen");
            }
        }
        drafts.logs.add(draft);
    }

    /** What stands at the top is of every source, unless it says otherwise. */
    private void global(YamlTree root, Draft draft) {
        if (root.get("filebeat") == null && root.get("output") == null) {
            return;
        }
        YamlTree fields = root.get("fields");
        if (fields != null) {
            fields.leaves(
                    root.isTrue("fields_under_root") ? "" : "fields",
                    (path, value) -> {
                        if (!draft.headers.containsKey(path)) {
                            draft.header(
                                    value.setting(path),
                                    path,
                                    FilebeatInput.resolve(String.join(",", value.texts())),
                                    drafts.findings);
                        }
                    });
        }
        List<String> tags = new ArrayList<>(root.texts("tags"));
        if (!tags.isEmpty()) {
            draft.headers.merge("tags", String.join(",", tags), (own, all) -> all + "," + own);
        }
    }

    /** Fields that are the same for every line of a source. */
    private static Optional<String> known(Draft draft, String field) {
        String value = draft.headers.get(field);
        if (value == null && (field.startsWith("fields.") || field.equals("tags"))) {
            return Optional.of("");
        }
        return Optional.ofNullable(value);
    }
}
