package io.moor.shipper.imports;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filebeat's {@code output.kafka}. */
final class FilebeatKafka {

    private static final Pattern REFERENCE = Pattern.compile("%\\{\\[([^}]+)](?::([^}]*))?}");
    private static final Pattern MESSAGE = Pattern.compile("%\\{\\[message]}");

    private static final Set<String> CARRIED =
            Set.of(
                    "hosts",
                    "topic",
                    "topics",
                    "enabled",
                    "codec.format.string",
                    "codec.json",
                    "headers");

    private static final Advice ADVICE =
            new Advice(
                    """
                    key | lost | a record's key is its stream, GROUP/SLOT/INSTANCE/SOURCE/PATH, so that lines keep their order
                    partition.* partition | note | a stream stays in the partition that Kafka's default partitioner gives its key, or lines would lose their order
                    required_acks | note | Moor waits for every replica (acks=all), or a line could be lost
                    max_retries backoff.* worker bulk_* channel_buffer_size keep_alive broker_timeout timeout metadata.* queue.* flush_* | note | Moor gives up no line: it waits, and the files are the buffer
                    version | note | the client asks the broker for its version
                    codec.json.* | note | JSON is written compactly, without HTML escapes
                    ssl.enabled | note | 'security.protocol' says it
                    ssl.verification_mode | lost | Moor always checks the broker's certificate; name the CA with ssl.truststore.location (PEM)
                    ssl.certificate ssl.key | lost | write key and certificate into one PEM file and set ssl.keystore.type: PEM, ssl.keystore.location under 'kafka:'
                    ssl.key_passphrase | lost | secrets are not copied; set ssl.key.password under 'kafka:' to "${file:/run/secrets/NAME}"
                    ssl.* sasl.* kerberos.* | lost | set the property of the same purpose of the Java client under 'kafka:'
                    """);

    private final YamlTree output;
    private final Drafts drafts;

    FilebeatKafka(YamlTree output, Drafts drafts) {
        this.output = output;
        this.drafts = drafts;
    }

    /** The client's properties. */
    void client() {
        List<String> hosts = output.texts("hosts").stream().map(FilebeatInput::resolve).toList();
        drafts.kafka.put(
                "bootstrap.servers",
                KafkaSettings.servers(
                        hosts.isEmpty()
                                ? List.of("localhost:9092")
                                : List.of(String.join(",", hosts).split(","))));
        boolean tls = output.get("ssl") != null && !output.isFalse("ssl.enabled");
        boolean sasl = output.get("username") != null || output.get("sasl.mechanism") != null;
        if (tls || sasl) {
            drafts.kafka.put(
                    "security.protocol", (sasl ? "SASL_" : "") + (tls ? "SSL" : "PLAINTEXT"));
        }
        if (sasl) {
            drafts.kafka.put(
                    "sasl.mechanism",
                    output.text("sasl.mechanism", "PLAIN").toUpperCase(Locale.ROOT));
        }
        output.leaves("", this::property);
    }

    private void property(String path, YamlTree value) {
        Setting setting = value.setting("output.kafka." + path);
        switch (path) {
            case "username", "password" -> KafkaSettings.credentials(setting, drafts);
            case "sasl.mechanism" -> {}
            case "client_id" -> drafts.kafka.put("client.id", FilebeatInput.resolve(value.text()));
            case "compression" ->
                    KafkaSettings.property(setting, "compression.type", value.text(), drafts);
            case "compression_level" -> {
                if (output.text("compression", "gzip").equals("gzip")) {
                    drafts.kafka.put("compression.gzip.level", value.text());
                    drafts.kafka.putIfAbsent("compression.type", "gzip");
                }
            }
            case "max_message_bytes" ->
                    KafkaSettings.property(setting, "message.max.bytes", value.text(), drafts);
            case "ssl.certificate_authorities" -> authorities(setting, value);
            default -> {
                if (!CARRIED.contains(path)) {
                    ADVICE.say(setting, path, drafts.findings);
                }
            }
        }
    }

    private void authorities(Setting setting, YamlTree value) {
        List<String> files = value.texts();
        if (files.size() == 1 && !files.getFirst().contains("BEGIN")) {
            drafts.kafka.put("ssl.truststore.type", "PEM");
            drafts.kafka.put("ssl.truststore.location", FilebeatInput.resolve(files.getFirst()));
        } else {
            drafts.findings.lost(
                    setting, "write all authorities into one PEM file: ssl.truststore.location");
        }
    }

    /**
     * Topic and headers of a source's records.
     *
     * @param known what is known of a field before a line is read
     */
    void destination(Draft draft, Function<String, Optional<String>> known) {
        draft.topic = topic(draft, known);
        headers(draft, known);
    }

    /** Form of a source's records; to be known before anything changes their fields. */
    void form(Draft draft) {
        String codec = output.text("codec.format.string", "");
        if (MESSAGE.matcher(codec).matches()) {
            draft.format = "raw";
        } else {
            draft.format = "json";
            Setting setting = output.setting("output.kafka.codec");
            if (codec.isEmpty()) {
                drafts.findings.note(
                        new Setting(setting.place(), "output.kafka.codec", "json"),
                        "a value is an object after OpenTelemetry's log data model: the line is"
                            + " 'body', not 'message', and fields stand beside it; 'format: raw' is"
                            + " the line alone");
            } else {
                drafts.findings.lost(
                        new Setting(setting.place(), "output.kafka.codec.format.string", codec),
                        "'format' is raw, the line alone, or json; json is taken");
            }
        }
    }

    private void headers(Draft draft, Function<String, Optional<String>> known) {
        YamlTree headers = output.get("headers");
        if (headers == null) {
            return;
        }
        for (YamlTree header : headers.items()) {
            YamlTree when = header.get("when");
            Optional<Boolean> truth =
                    when == null ? Optional.of(true) : BeatsCondition.truth(when, known);
            Setting setting = header.setting("output.kafka.headers");
            if (truth.isEmpty()) {
                drafts.findings.lost(setting, "headers are the same for all records of a source");
            } else if (truth.get()) {
                draft.header(
                        setting,
                        header.text("key", ""),
                        FilebeatInput.resolve(header.text("value", "")),
                        drafts.findings);
            }
        }
    }

    private String topic(Draft draft, Function<String, Optional<String>> known) {
        YamlTree rules = output.get("topics");
        if (rules != null) {
            for (YamlTree rule : rules.items()) {
                YamlTree when = rule.get("when");
                Optional<Boolean> truth =
                        when == null ? Optional.of(true) : BeatsCondition.truth(when, known);
                if (truth.isEmpty()) {
                    drafts.findings.lost(
                            rule.setting("output.kafka.topics"),
                            "only the line tells whether this rule holds, and a source has one"
                                    + " topic; separate events where they are read");
                } else if (truth.get()) {
                    Optional<String> filled = filled(rule.text("topic", ""), known);
                    if (filled.isPresent()) {
                        return filled.get();
                    }
                }
            }
        }
        YamlTree topic = output.get("topic");
        Optional<String> filled = topic == null ? Optional.empty() : filled(topic.text(), known);
        if (filled.isPresent() && !filled.get().isEmpty()) {
            return filled.get();
        }
        String chosen = "logs." + draft.name;
        drafts.findings.lost(
                topic == null
                        ? output.setting("output.kafka.topic")
                        : topic.setting("output.kafka.topic"),
                "a source has one topic, which is known before a line is read; '"
                        + chosen
                        + "' was chosen for '"
                        + draft.name
                        + "'");
        draft.comment(Drafts.TOPIC_CHOSEN);
        return chosen;
    }

    /** A topic whose references are known; empty when one is not. */
    private static Optional<String> filled(String topic, Function<String, Optional<String>> known) {
        Matcher references = REFERENCE.matcher(topic);
        StringBuilder filled = new StringBuilder();
        while (references.find()) {
            String field = references.group(1).replace("][", ".");
            Optional<String> value = known.apply(field);
            if (value.isEmpty() || value.get().isEmpty()) {
                value = Optional.ofNullable(references.group(2));
            }
            if (value.isEmpty()) {
                return Optional.empty();
            }
            references.appendReplacement(filled, Matcher.quoteReplacement(value.get()));
        }
        references.appendTail(filled);
        String result = FilebeatInput.resolve(filled.toString());
        return result.contains("%{") ? Optional.empty() : Optional.of(result);
    }
}
