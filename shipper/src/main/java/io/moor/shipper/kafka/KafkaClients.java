package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Makes Kafka clients. The user's properties win over ours, except where exactly-once forbids it.
 */
public final class KafkaClients {

    /** A killed shipper holds up the readers of its partitions this long, so it is short. */
    private static final int TRANSACTION_TIMEOUT_MS = 15_000;

    /** How often a coordinator looks for transactions that are too old, by default, and a bit. */
    static final Duration COORDINATOR_LOOK = Duration.ofSeconds(12);

    private static final int REQUEST_TIMEOUT_MS = 5_000;
    private static final int DELIVERY_TIMEOUT_MS = 12_000;
    private static final int API_TIMEOUT_MS = 10_000;

    /** What waits for brokers is memory; five requests of each partition are on their way. */
    private static final int BUFFER_BYTES = 16 << 20;

    private static final int FETCH_BYTES = 8 << 20;

    /**
     * A record is as large as its line, which the topic limits; this only must not be in the way.
     */
    private static final int MAX_REQUEST_BYTES = 16 << 20;

    private final Map<String, String> user;

    public KafkaClients(Map<String, String> user) {
        this.user = Map.copyOf(user);
    }

    /**
     * Looks at the numbers that we calculate with.
     *
     * @throws ConfigException when one is none
     */
    public void check() {
        transactionTimeoutMs();
        maxRequestBytes();
    }

    /** For messages. */
    public String bootstrapServers() {
        return user.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "");
    }

    /**
     * @throws UnknownHostsException when no host of Kafka's has an address
     */
    public Admin admin() {
        Map<String, Object> properties = lean();
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        properties.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
        properties.putAll(user);
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            throw UnknownHostsException.or(e, bootstrapServers());
        }
    }

    /** A consumer without a group that sees committed records only. */
    public KafkaConsumer<byte[], byte[]> committedReader() {
        return reader(Map.of());
    }

    /** The same, for one look: the broker does not wait for more records. */
    KafkaConsumer<byte[], byte[]> readerToTheEnd() {
        return reader(Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20));
    }

    private KafkaConsumer<byte[], byte[]> reader(Map<String, Object> special) {
        Map<String, Object> properties = lean();
        properties.putAll(special);
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        properties.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        properties.putAll(user);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * How long a transaction may hold up the readers of its partitions before it is not one that
     * Kafka will end by itself: its timeout, and the coordinator's next look.
     */
    public Duration longestTransaction() {
        return Duration.ofMillis(transactionTimeoutMs()).plus(COORDINATOR_LOOK);
    }

    private int transactionTimeoutMs() {
        String set = user.get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        try {
            return set == null ? TRANSACTION_TIMEOUT_MS : Math.max(1_000, Integer.parseInt(set));
        } catch (NumberFormatException e) {
            throw new ConfigException(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, set, "in ms");
        }
    }

    /** Topics as these clients see them. */
    public Topics topics(Admin admin) {
        return new Topics(admin, maxRequestBytes());
    }

    /** A mark for one run of a shipper. */
    RunMark drawMark() {
        return RunMark.draw(transactionTimeoutMs(), RandomGenerator.getDefault());
    }

    /**
     * @param batchBytes under the smallest record limit of the topics
     */
    Map<String, Object> transactionalProducer(Origin origin, int batchBytes, RunMark mark) {
        Map<String, Object> properties = producerProperties(batchBytes);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, mark.timeoutMs());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, origin.transactionalId());
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return properties;
    }

    /** For brokers without transactions. */
    Map<String, Object> plainProducer(int batchBytes) {
        Map<String, Object> properties = producerProperties(batchBytes);
        properties.remove(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        if (KafkaProperties.isWithoutProducerIds(user)) {
            // Without producer ids a retry would change the order of lines.
            properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        }
        return properties;
    }

    private Map<String, Object> producerProperties(int batchBytes) {
        Map<String, Object> properties = lean();
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, API_TIMEOUT_MS);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, batchBytes);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        // A topic without lines for a while stays known, so that its next line waits for nobody.
        properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, (long) Integer.MAX_VALUE);
        properties.putAll(user);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return properties;
    }

    /**
     * Our status and metrics tell what these clients do. Their own telemetry and management beans
     * would be hundreds of classes and requests at every start.
     */
    private static Map<String, Object> lean() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        return properties;
    }

    /** The largest request that the producers send; a record must fit their buffer, too. */
    private int maxRequestBytes() {
        return Math.min(
                number(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES),
                number(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES));
    }

    private int number(String name, int usual) {
        String set = user.get(name);
        try {
            return set == null
                    ? usual
                    : Math.clamp(Long.parseLong(set.strip()), 1, Integer.MAX_VALUE);
        } catch (NumberFormatException e) {
            throw new ConfigException(name, set, "in bytes");
        }
    }
}
