package io.moor.shipper.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which properties of the Kafka clients a user may not set, and why: those without which lines
 * would be lost or doubled. Everything else is passed on as it is. Pure.
 */
public final class KafkaProperties {

    private KafkaProperties() {}

    /**
     * A property that is ours.
     *
     * @param allowed values that change nothing
     * @param why what another value would break, and what to do instead
     */
    private record Ours(Set<String> allowed, String why) {}

    private static final String BYTES = "records are the bytes of the files";

    private static final Map<String, Ours> OURS =
            Map.ofEntries(
                    ours("acks", "a line is shipped when every replica has it", "all", "-1"),
                    ours(
                            "transactional.id",
                            "it is made of the origin, so that a successor fences the right"
                                    + " shipper; set the origin"),
                    ours(
                            "transaction.two.phase.commit.enable",
                            "its transactions never end by themselves, and one of a killed shipper"
                                    + " would stop every reader",
                            "false"),
                    ours(
                            "isolation.level",
                            "what was aborted must not be read as a checkpoint",
                            "read_committed"),
                    ours(
                            "allow.auto.create.topics",
                            "a topic that was deleted is never created again",
                            "false"),
                    ours(
                            "interceptor.classes",
                            "an interceptor can change or drop a record after its span was"
                                    + " counted"),
                    ours(
                            "partitioner.class",
                            "a stream stays in the partition that Kafka's default partitioner gives"
                                    + " its key"),
                    ours(
                            "partitioner.ignore.keys",
                            "a stream's dead letters stay in the partition of its key",
                            "false"),
                    ours("auto.offset.reset", "checkpoints are read from the first", "earliest"),
                    ours("enable.auto.commit", "the shipper belongs to no group", "false"),
                    ours("group.id", "the shipper belongs to no group"),
                    ours("key.serializer", BYTES),
                    ours("value.serializer", BYTES),
                    ours("key.deserializer", BYTES),
                    ours("value.deserializer", BYTES));

    private static final Ours IDEMPOTENCE =
            new Ours(
                    Set.of("true"),
                    "without it a retry doubles lines; 'delivery: at-least-once' can do without");

    private static final Ours ORDER =
            new Ours(
                    Set.of("1"),
                    "without 'enable.idempotence' a retry of one request of several changes the"
                            + " order of lines");

    private static Map.Entry<String, Ours> ours(String name, String why, String... allowed) {
        return Map.entry(name, new Ours(Set.of(allowed), why));
    }

    /**
     * Refuses properties that would break what is promised.
     *
     * @param exactlyOnce whether transactions are used
     * @throws IllegalArgumentException naming the property and the reason
     */
    public static void check(Map<String, String> properties, boolean exactlyOnce) {
        // Sorted, so that the same mistake has the same message.
        boolean ordered = exactlyOnce || !isWithoutProducerIds(properties);
        new TreeMap<>(properties)
                .forEach((name, value) ->
                        refusal(name, value, exactlyOnce, ordered)
                                .ifPresent(KafkaProperties::refuse));
    }

    /** Whether a broker is not to number what a producer sends. */
    static boolean isWithoutProducerIds(Map<String, String> properties) {
        return "false".equalsIgnoreCase(properties.get("enable.idempotence"));
    }

    private static void refuse(String why) {
        throw new IllegalArgumentException(why);
    }

    private static Optional<String> refusal(
            String name, String value, boolean exactlyOnce, boolean ordered) {
        Ours ours = OURS.get(name);
        if (name.equals("enable.idempotence") && exactlyOnce) {
            ours = IDEMPOTENCE;
        }
        if (name.equals("max.in.flight.requests.per.connection") && !ordered) {
            ours = ORDER;
        }
        if (ours == null || ours.allowed().contains(value)) {
            return Optional.empty();
        }
        return Optional.of(
                "the Kafka property '" + name + "' cannot be set: " + ours.why() + "; remove it");
    }
}
