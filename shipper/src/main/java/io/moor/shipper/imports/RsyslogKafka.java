package io.moor.shipper.imports;

import io.moor.shipper.imports.RsyslogStatement.Call;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** rsyslog's action {@code omkafka}. */
final class RsyslogKafka {

    private static final Set<String> CARRIED =
            Set.of(
                    "type",
                    "name",
                    "broker",
                    "topic",
                    "dynatopic",
                    "template",
                    "confparam",
                    "topicconfparam");

    private static final Advice ADVICE =
            new Advice(
                    """
                    key dynakey kafkaheader | lost | a record's key is its stream, GROUP/SLOT/INSTANCE/SOURCE/PATH, so that lines keep their order
                    partitions.auto partitions.number | note | a stream stays in the partition that Kafka's default partitioner gives its key
                    partitions.* | lost | a stream stays in the partition that Kafka's default partitioner gives its key, or lines would lose their order
                    errorfile statsfile statsname keepfailedmessages failedmsgfile resubmitonfailure closetimeout dynatopic.cachesize queue.* action.* | note | Moor gives up no line: it waits, and the files are the buffer
                    """);

    private final Drafts drafts;
    private final RsyslogTemplates templates;
    private final Set<Call> told = new HashSet<>();
    private String servers = "";

    RsyslogKafka(Drafts drafts, RsyslogTemplates templates) {
        this.drafts = drafts;
        this.templates = templates;
    }

    /**
     * Topic and form of a source's records.
     *
     * @return false when it goes to another Kafka than the sources before
     */
    boolean destination(Call action, Draft draft) {
        String its =
                KafkaSettings.servers(
                        List.of(action.value("broker", "localhost:9092").split("[\n,]")));
        if (servers.isEmpty()) {
            servers = its;
            drafts.kafka.put("bootstrap.servers", its);
        }
        if (!servers.equals(its)) {
            drafts.findings.lost(
                    setting(action, "broker"),
                    "one moor ship speaks to one Kafka; run another with the sources that go there,"
                            + " which are left out here");
            return false;
        }
        client(action);
        draft.topic = action.value("topic", "");
        if (action.value("dynatopic", "off").equals("on")) {
            draft.topic = "logs." + draft.name;
            drafts.findings.lost(
                    setting(action, "dynaTopic"),
                    "a source has one topic, which is known before a line is read; '"
                            + draft.topic
                            + "' was chosen for '"
                            + draft.name
                            + "'");
            draft.comment(Drafts.TOPIC_CHOSEN);
        }
        form(action, draft);
        return true;
    }

    private void form(Call action, Draft draft) {
        String template = action.value("template", "RSYSLOG_FileFormat");
        switch (templates.makes(template)) {
            case THE_LINE -> draft.format = "raw";
            case JSON -> {
                draft.format = "json";
                drafts.findings.lost(
                        setting(action, "template"),
                        "a value is an object after OpenTelemetry's log data model, the line is"
                            + " 'body'; what else the template writes is left out, 'headers' add"
                            + " what is the same for all lines");
            }
            case ANOTHER_TEXT -> {
                draft.format = "raw";
                drafts.findings.lost(
                        new Setting(action.place(), "template", template),
                        "a value is the line alone; host and time are in the record's key and"
                                + " timestamp, 'format: json' writes more");
            }
        }
    }

    private void client(Call action) {
        if (!told.add(action)) {
            return;
        }
        for (Setting setting : action.parameters()) {
            String key = setting.key().toLowerCase(Locale.ROOT);
            if (key.equals("confparam") || key.equals("topicconfparam")) {
                for (String property : setting.value().split("\n")) {
                    int equals = property.indexOf('=');
                    String name = equals < 0 ? property : property.substring(0, equals);
                    String value = equals < 0 ? "" : property.substring(equals + 1);
                    Setting one = new Setting(setting.place(), setting.key() + " " + name, value);
                    String lower = name.strip().toLowerCase(Locale.ROOT);
                    if (told.size() == 1) {
                        KafkaSettings.property(one, lower, value.strip(), drafts);
                    } else {
                        KafkaSettings.further(one, lower, value.strip(), drafts);
                    }
                }
            } else if (!CARRIED.contains(key)) {
                ADVICE.say(setting, drafts.findings);
            }
        }
    }

    private static Setting setting(Call action, String key) {
        return action.parameters().stream()
                .filter(each -> each.key().equalsIgnoreCase(key))
                .findFirst()
                .orElse(action.asSetting());
    }
}
