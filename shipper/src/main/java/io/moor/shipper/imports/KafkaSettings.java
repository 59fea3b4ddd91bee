package io.moor.shipper.imports;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Properties of librdkafka (Fluent Bit, rsyslog) and of Filebeat's Kafka client as properties of
 * Java's.
 */
final class KafkaSettings {

    private static final String HOW_SECRETS =
            "secrets are not copied; put the property sasl.jaas.config into a file of its own and"
                    + " name it: sasl.jaas.config: \"${file:/run/secrets/kafka-jaas}\"";

    /** Those that have another name in Java, or the same. */
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("sasl.mechanism", "sasl.mechanism"),
                    Map.entry("sasl.mechanisms", "sasl.mechanism"),
                    Map.entry("sasl.kerberos.service.name", "sasl.kerberos.service.name"),
                    Map.entry("client.id", "client.id"),
                    Map.entry("client.rack", "client.rack"),
                    Map.entry("request.timeout.ms", "request.timeout.ms"),
                    Map.entry("metadata.max.age.ms", "metadata.max.age.ms"),
                    Map.entry("connections.max.idle.ms", "connections.max.idle.ms"),
                    Map.entry("reconnect.backoff.ms", "reconnect.backoff.ms"),
                    Map.entry("reconnect.backoff.max.ms", "reconnect.backoff.max.ms"),
                    Map.entry("retry.backoff.ms", "retry.backoff.ms"),
                    Map.entry("socket.send.buffer.bytes", "send.buffer.bytes"),
                    Map.entry("socket.receive.buffer.bytes", "receive.buffer.bytes"));

    private static final Advice ADVICE =
            new Advice(
                    """
                    acks request.required.acks | note | Moor waits for every replica (acks=all), or a line could be lost
                    enable.idempotence transactional.id max.in.flight.requests.per.connection max.in.flight | note | Moor's producer is transactional; it sets this itself
                    retries message.send.max.retries message.timeout.ms delivery.timeout.ms request.retries transaction.timeout.ms | note | Moor gives up no line: it waits, and the files are the buffer
                    queue.buffering.max.* queue.buffering.backpressure.threshold batch.* linger.ms buffer.memory | note | Moor has no queue beside the file and sizes batches itself; 'linger.ms' and 'batch.size' may be set under 'kafka:'
                    socket.* broker.address.* log.* debug statistics.interval.ms topic.metadata.* metadata.request.* api.version.* broker.version.fallback security.provider* allow.auto.create.topics internal.* | note | of the other client library; nothing to carry over
                    auto.offset.reset enable.auto.commit group.id session.timeout.ms fetch.* | note | of consumers; a producer ignores it
                    partitioner sticky.* | lost | a stream stays in the partition that Kafka's default partitioner gives its key, or lines would lose their order
                    enable.ssl.certificate.verification | lost | Moor always checks the broker's certificate; name the CA with ssl.truststore.location (PEM)
                    ssl.certificate.location ssl.key.location ssl.keystore.location ssl.certificate.pem ssl.key.pem | lost | write key and certificate into one PEM file and set ssl.keystore.type: PEM, ssl.keystore.location under 'kafka:'
                    ssl.key.password ssl.keystore.password | lost | secrets are not copied; set ssl.key.password under 'kafka:' to "${file:/run/secrets/NAME}"
                    ssl.* sasl.* | lost | set the property of the same purpose of the Java client under 'kafka:'
                    """);

    private KafkaSettings() {}

    /**
     * Carries one property over.
     *
     * @param name of librdkafka's, in lower case
     */
    static void property(Setting setting, String name, String value, Drafts drafts) {
        Map<String, String> kafka = drafts.kafka;
        String same = NAMES.get(name);
        if (same != null) {
            kafka.put(same, value);
            return;
        }
        switch (name) {
            case "bootstrap.servers", "metadata.broker.list" -> {}
            case "security.protocol" -> kafka.put(name, value.toUpperCase(Locale.ROOT));
            case "compression.codec", "compression.type" -> compression(setting, value, drafts);
            case "compression.level" -> level(setting, value, drafts);
            case "message.max.bytes" -> {
                if (value.matches("\\d{1,9}") && Integer.parseInt(value) > 1 << 20) {
                    kafka.put("max.request.size", value);
                }
            }
            case "ssl.ca.location" -> {
                kafka.put("ssl.truststore.type", "PEM");
                kafka.put("ssl.truststore.location", value);
            }
            case "ssl.endpoint.identification.algorithm" -> {
                if (!value.equals("https")) {
                    ADVICE.say(setting, "enable.ssl.certificate.verification", drafts.findings);
                }
            }
            case "sasl.username", "sasl.password" -> credentials(setting, drafts);
            default -> ADVICE.say(setting, name, drafts.findings);
        }
    }

    /**
     * Tells of a property of a further output, which shares the client with the first one.
     *
     * @param name of librdkafka's, in lower case
     */
    static void further(Setting setting, String name, String value, Drafts drafts) {
        Drafts alone = new Drafts();
        property(setting, name, value, alone);
        boolean same =
                alone.kafka.entrySet().stream()
                        .allMatch(each -> each.getValue().equals(drafts.kafka.get(each.getKey())));
        if (!same) {
            drafts.findings.lost(
                    setting,
                    "all sources share one client, and the properties of the first output are"
                            + " taken");
        }
    }

    static void credentials(Setting setting, Drafts drafts) {
        drafts.kafkaSecrets.put("sasl.jaas.config", "${file:/run/secrets/kafka-jaas}");
        drafts.findings.lost(setting, HOW_SECRETS);
    }

    private static void compression(Setting setting, String value, Drafts drafts) {
        if (List.of("none", "gzip", "snappy", "lz4", "zstd").contains(value)) {
            drafts.kafka.put("compression.type", value);
        } else {
            drafts.findings.lost(setting, "Kafka has none, gzip, snappy, lz4 and zstd");
        }
    }

    private static void level(Setting setting, String value, Drafts drafts) {
        String type = drafts.kafka.get("compression.type");
        if (type != null && List.of("gzip", "lz4", "zstd").contains(type)) {
            drafts.kafka.put("compression." + type + ".level", value);
        } else {
            drafts.findings.note(setting, "of a compression that has no levels");
        }
    }

    /** Addresses with their ports. */
    static String servers(Iterable<String> hosts) {
        StringBuilder servers = new StringBuilder();
        for (String host : hosts) {
            String bare = host.strip().replaceFirst("^[a-z_]+://", "");
            if (!bare.isEmpty()) {
                boolean port = bare.contains(":") || bare.contains("{");
                servers.append(servers.isEmpty() ? "" : ",")
                        .append(bare)
                        .append(port ? "" : ":9092");
            }
        }
        return servers.toString();
    }
}
