package io.moor.shipper;

import io.moor.shipper.kafka.KafkaProperties;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Everything one shipper needs: one origin, one transactional producer, any number of sources.
 *
 * @param origin owner of the transactional id
 * @param scope first parts of the keys
 * @param sources what to ship; names are unique, and templates of topics are filled in
 * @param kafka properties of the Kafka clients, {@code bootstrap.servers} among them; they win over
 *     ours, and those that would break the guarantee are refused
 * @param state directory for a lock and caches; losing it loses nothing
 * @param ownerEpoch epoch of the volume's attachment, 0 for an instance's own disk; written into
 *     checkpoints, and a shipper with a lower one than the newest checkpoint of its origin refuses
 *     to start
 * @param untilEof read to the end seen, ship an unterminated last line as {@code partial}, seal,
 *     end
 * @param delivery the guarantee
 * @param sink what brings lines to Kafka
 */
public record ShipperConfig(
        Origin origin,
        StreamScope scope,
        List<SourceConfig> sources,
        Map<String, String> kafka,
        Path state,
        long ownerEpoch,
        boolean untilEof,
        Delivery delivery,
        Sink sink) {

    /** Keys of Kafka properties whose values are secrets. */
    private static final Pattern SECRET =
            Pattern.compile(
                    "password|passphrase|secret|jaas|token|credential|assertion|\\.key$",
                    Pattern.CASE_INSENSITIVE);

    public ShipperConfig {
        sources = sources.stream().map(source -> source.of(scope, state, origin)).toList();
        kafka = Map.copyOf(kafka);
        KafkaProperties.check(kafka, delivery == Delivery.EXACTLY_ONCE);
    }

    /** Without the values of properties that may be secrets. */
    @Override
    public String toString() {
        Map<String, String> printed = new TreeMap<>(kafka);
        printed.replaceAll((key, value) -> SECRET.matcher(key).find() ? "***" : value);
        return "ShipperConfig[origin="
                + origin
                + ", scope="
                + scope
                + ", sources="
                + sources
                + ", kafka="
                + printed
                + ", state="
                + state
                + ", ownerEpoch="
                + ownerEpoch
                + ", untilEof="
                + untilEof
                + ", delivery="
                + delivery
                + ", sink="
                + sink
                + "]";
    }

    /** What brings lines to Kafka; the guarantee is the same. */
    public enum Sink {
        /** Kafka's own producer. */
        PRODUCER,
        /** Batches that are encoded here, for less time and memory per line. */
        DIRECT
    }

    /** What a reader may rely on. */
    public enum Delivery {
        /**
         * Lines and checkpoints in one transaction: a read_committed reader sees each line once.
         */
        EXACTLY_ONCE,
        /**
         * For brokers without transactions: checkpoints follow the acknowledged lines. Nothing is
         * lost; after a crash the lines behind the last checkpoint come a second time.
         */
        AT_LEAST_ONCE;

        /** As in configurations: {@code exactly-once}. */
        public String written() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
