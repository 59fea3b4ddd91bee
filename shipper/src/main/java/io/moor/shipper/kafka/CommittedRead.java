package io.moor.shipper.kafka;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
        return read(admin, IsolationLevel.READ_UNCOMMITTED, partitions, records);
    }

    /** Reads what is visible now, without waiting for anyone: the newest records may be missing. */
    public void glance(
            Admin admin,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        read(admin, IsolationLevel.READ_COMMITTED, partitions, records);
    }

    private Map<TopicPartition, Long> read(
            Admin admin,
            IsolationLevel upTo,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Long> missing = offsets(admin, partitions, OffsetSpec.latest(), upTo);
        Map<TopicPartition, Long> first = offsets(admin, partitions, OffsetSpec.earliest(), upTo);
        missing.entrySet().removeIf(end -> end.getValue() <= first.getOrDefault(end.getKey(), 0L));
        if (!missing.isEmpty()) {
            readUntil(missing, first, records);
        }
        return first;
    }

    private void readUntil(
            Map<TopicPartition, Long> missing,
            Map<TopicPartition, Long> first,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        List<TopicPartition> partitions = List.copyOf(missing.keySet());
        KafkaConsumer<byte[], byte[]> consumer = clients.readerToTheEnd();
        try {
            consumer.assign(partitions);
            partitions.forEach(
                    partition -> consumer.seek(partition, first.getOrDefault(partition, 0L)));
            long idleSince = System.nanoTime();
            long sum = 0;
            while (true) {
                missing.entrySet()
                        .removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                if (missing.isEmpty()) {
                    return;
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
        } finally {
            // Without a farewell to the broker, which would wait for the fetch under way.
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin,
            Collection<TopicPartition> partitions,
            OffsetSpec which,
            IsolationLevel level) {
        try {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            admin.listOffsets(
                            partitions.stream().collect(Collectors.toMap(p -> p, _ -> which)),
                            new ListOffsetsOptions(level))
                    .all()
                    .get()
                    .forEach((partition, info) -> offsets.put(partition, info.offset()));
            return offsets;
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
