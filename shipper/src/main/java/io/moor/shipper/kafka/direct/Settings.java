package io.moor.shipper.kafka.direct;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.internal.CompressionType;
import org.jspecify.annotations.Nullable;

/**
 * What of a producer's properties this sink obeys besides those of the network; times in
 * milliseconds. {@code retries}, {@code linger.ms} and metrics have no meaning here: batches are
 * sent again until they are too old, and leave when they are full or a commit wants them.
 *
 * @param clientId names the thread, too
 * @param transactionalId null without transactions
 * @param transactionTimeoutMs after which Kafka ends a transaction by itself
 * @param idempotent whether batches are numbered
 * @param batchBytes records of a batch, before compression
 * @param requestBytes most batch bytes in one request, unless one alone is larger
 * @param bufferBytes most bytes that wait for brokers; 8 MiB at most
 * @param inFlight requests to one broker without an answer
 */
record Settings(
        String clientId,
        @Nullable String transactionalId,
        int transactionTimeoutMs,
        boolean idempotent,
        int batchBytes,
        int requestBytes,
        long bufferBytes,
        int inFlight,
        int requestTimeoutMs,
        int deliveryTimeoutMs,
        long maxBlockMs,
        long retryBackoffMs,
        long retryBackoffMaxMs,
        Compression compression) {

    /** Brokers remember so many batches of a producer to tell what is doubled. */
    private static final int IN_FLIGHT_IDEMPOTENT = 5;

    private static final int SOON_MS = 5;

    /** More that waits makes nothing faster, as what waits longer is still in its file. */
    private static final long BUFFER_BYTES_MAX = 8 << 20;

    /**
     * Reads them.
     *
     * @throws ConfigException when a batch would be given up before its first answer is due, as
     *     KafkaProducer does
     */
    static Settings of(ProducerConfig config) {
        int delivery = config.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
        long least =
                config.getLong(ProducerConfig.LINGER_MS_CONFIG)
                        + config.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
        if (delivery < least) {
            throw new ConfigException(
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                    delivery,
                    "must be at least linger.ms + request.timeout.ms, " + least);
        }
        boolean idempotent = config.getBoolean(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG);
        return new Settings(
                config.getString(ProducerConfig.CLIENT_ID_CONFIG),
                config.getString(ProducerConfig.TRANSACTIONAL_ID_CONFIG),
                config.getInt(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                idempotent,
                batchBytes(config.getInt(ProducerConfig.BATCH_SIZE_CONFIG)),
                config.getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                Math.min(BUFFER_BYTES_MAX, config.getLong(ProducerConfig.BUFFER_MEMORY_CONFIG)),
                Math.min(
                        IN_FLIGHT_IDEMPOTENT,
                        config.getInt(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION)),
                config.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG),
                delivery,
                config.getLong(ProducerConfig.MAX_BLOCK_MS_CONFIG),
                config.getLong(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
                config.getLong(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG),
                compression(config));
    }

    /**
     * KafkaProducer fills a batch up to this size after compression; here it is the size before. So
     * it may be nearly twice as much, as the property is half of what the smallest topic takes.
     */
    private static int batchBytes(int property) {
        return Math.max(1, property - property / 16) * 2;
    }

    /** The largest share of a partition in flight: without numbers the order holds with one. */
    int inFlightOfPartition() {
        return idempotent ? inFlight : 1;
    }

    private static Compression compression(ProducerConfig config) {
        CompressionType type =
                CompressionType.forName(config.getString(ProducerConfig.COMPRESSION_TYPE_CONFIG));
        return switch (type) {
            case GZIP ->
                    Compression.gzip()
                            .level(config.getInt(ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG))
                            .build();
            case LZ4 ->
                    Compression.lz4()
                            .level(config.getInt(ProducerConfig.COMPRESSION_LZ4_LEVEL_CONFIG))
                            .build();
            case ZSTD ->
                    Compression.zstd()
                            .level(config.getInt(ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG))
                            .build();
            case NONE, SNAPPY -> Compression.of(type).build();
        };
    }

    /** When every batch is acknowledged or has failed. */
    long longestDeliveryMs() {
        return (long) deliveryTimeoutMs + requestTimeoutMs;
    }

    /** The same, for what Kafka does within milliseconds: it ends the transaction before. */
    long soonMs(int attempts) {
        return Math.min((long) SOON_MS * attempts, retryBackoffMs);
    }

    /** How long to wait before an attempt is repeated: longer each time. */
    long backoffMs(int attempts) {
        int doublings = Math.clamp(attempts - 1, 0, 20);
        return Math.clamp(retryBackoffMs << doublings, retryBackoffMs, retryBackoffMaxMs);
    }
}
