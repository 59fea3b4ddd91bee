package io.moor.shipper.imports;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Fluent Bit's output {@code kafka}. */
final class FluentKafka {

    private static final Advice ADVICE =
            new Advice(
                    """
                    timestamp_key timestamp_format | note | with 'format: json' the members are 'timestamp' and 'observedTimestamp', in RFC 3339
                    message_key message_key_field | lost | a record's key is its stream, GROUP/SLOT/INSTANCE/SOURCE/PATH, so that lines keep their order
                    topic_key dynamic_topic | lost | a source has one topic; make a source for each, or separate events where they are read
                    retry_limit no_limit queue_full_retries workers storage.* net.* log_level log_suppress_interval | note | Moor gives up no line: it waits, and the files are the buffer
                    gelf_* schema_* | lost | 'format' is raw or json
                    tls* | lost | set the property of the same purpose of the Java client under 'kafka:'
                    """);

    private static final Set<String> CARRIED =
            Set.of(
                    "name",
                    "match",
                    "match_regex",
                    "alias",
                    "brokers",
                    "topics",
                    "format",
                    "raw_log_key",
                    "client_id",
                    "group_id");

    private final FluentText text;
    private final Drafts drafts;
    private final Set<FluentSection> told = new HashSet<>();

    FluentKafka(FluentText text, Drafts drafts) {
        this.text = text;
        this.drafts = drafts;
    }

    String brokers(FluentSection output) {
        String value = text.resolve(output.value("brokers", "localhost:9092"));
        return KafkaSettings.servers(Arrays.asList(value.split(",")));
    }

    /** The client's properties: of the first output, as Moor speaks to one Kafka. */
    void client(FluentSection output) {
        if (!told.add(output)) {
            return;
        }
        boolean first = told.size() == 1;
        if (first) {
            drafts.kafka.put("bootstrap.servers", brokers(output));
        }
        for (Setting setting : output.others(CARRIED)) {
            String name = setting.key().toLowerCase(Locale.ROOT);
            if (name.startsWith("rdkafka.")) {
                String property = name.substring("rdkafka.".length());
                String value = text.resolve(setting.value());
                if (first) {
                    KafkaSettings.property(setting, property, value, drafts);
                } else {
                    KafkaSettings.further(setting, property, value, drafts);
                }
            } else {
                ADVICE.say(setting, drafts.findings);
            }
        }
    }

    /** Topic and form of a source's records. */
    void destination(FluentSection output, Draft draft) {
        Setting topics = output.setting("topics");
        List<String> names =
                Arrays.stream(
                                text.resolve(topics == null ? "fluent-bit" : topics.value())
                                        .split("\\s*,\\s*"))
                        .toList();
        draft.topic = names.getFirst();
        if (names.size() > 1 && topics != null) {
            drafts.findings.lost(
                    topics, "a source has one topic, and the first is taken; see Topic_Key");
        }
        Setting form = output.setting("format");
        String format = form == null ? "json" : form.value().toLowerCase(Locale.ROOT);
        draft.format = format.equals("raw") ? "raw" : "json";
        Setting place = form == null ? new Setting(output.place(), "Format", "json") : form;
        if (format.equals("json")) {
            drafts.findings.note(
                    place,
                    "a value is an object after OpenTelemetry's log data model: the line is 'body',"
                            + " not 'log', and fields stand beside it; 'format: raw' is the line"
                            + " alone");
        } else if (!format.equals("raw")) {
            drafts.findings.lost(place, "'format' is raw or json; json is taken");
        }
    }
}
