package io.moor.shipper.kafka;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Reads everything that is committed at the moment of the call. A read_committed consumer's own end
 * is the first open transaction, anyone's, and would hide records that are committed behind it; so
 * the end is asked for with READ_UNCOMMITTED and waited for (the way of Kafka Connect, KIP-618).
 */
public final class CommittedRead {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final Duration limit;

    /** An open transaction, or a lost broker, held the read back for too long. */
    static final class HeldUpException extends TimeoutException {
        HeldUpException(String message) {
            super(message);
        }
    }

    /**
     * @param limit how long to wait for others' open transactions, without any progress
     */
    public CommittedRead(KafkaClients clients, Duration limit) {
        this.clients = clients;
        this.limit = limit;
    }

    /**
     * @return the first offset of each partition; above 0 when retention has deleted records
     * @throws TimeoutException when an open transaction held the read back for too long
     * @throws KafkaException when Kafka cannot be read
     */
    public Map<TopicPartition, Long> read(
            Admin admin,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        return read(uncommittedEnds(admin, partitions), partitions, records);
    }

    /** Reads what is visible now, without waiting for anyone: the newest records may be missing. */
    public void glance(
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        try (KafkaConsumer<byte[], byte[]> consumer = clients.committedReader()) {
            read(new HashMap<>(consumer.endOffsets(partitions)), partitions, records);
        }
    }

    private Map<TopicPartition, Long> read(
            Map<TopicPartition, Long> missing,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        try (KafkaConsumer<byte[], byte[]> consumer = clients.committedReader()) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
            long idleSince = System.nanoTime();
            long sum = 0;
            while (true) {
                missing.entrySet()
                        .removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                if (missing.isEmpty()) {
                    return beginnings;
                }
                consumer.poll(POLL).forEach(records);
                long now = partitions.stream().mapToLong(consumer::position).sum();
                if (now != sum) {
                    sum = now;
                    idleSince = System.nanoTime();
                } else if (System.nanoTime() - idleSince > limit.toNanos()) {
                    throw new HeldUpException(
                            "an open transaction of another producer, or a lost"
                                    + " broker, holds up "
                                    + missing.keySet());
                }
            }
        }
    }

    private static Map<TopicPartition, Long> uncommittedEnds(
            Admin admin, Collection<TopicPartition> partitions) {
        try {
            Map<TopicPartition, Long> ends = new HashMap<>();
            admin.listOffsets(
                            partitions.stream()
                                    .collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest())),
                            new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .all()
                    .get()
                    .forEach((partition, info) -> ends.put(partition, info.offset()));
            return ends;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException kafka) {
                throw kafka;
            }
            throw new KafkaException("cannot list offsets", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }
}
