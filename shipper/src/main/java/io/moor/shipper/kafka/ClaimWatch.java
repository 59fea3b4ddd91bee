package io.moor.shipper.kafka;

import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.CheckpointCodec;
import io.moor.shipper.checkpoint.CheckpointDamagedException;
import io.moor.shipper.checkpoint.CheckpointKey;
import io.moor.shipper.checkpoint.OwnerClaim;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sees claims of an origin as they come, where no transaction fences anybody. Thread-safe. */
public final class ClaimWatch implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final String key;

    /** Watches from now on: made before our own claim, so that none after it is missed. */
    public ClaimWatch(KafkaClients clients, Origin origin) {
        this.consumer = clients.committedReader();
        this.partition = OriginCheckpoints.partition(origin);
        this.key = new String(CheckpointKey.of(origin, ""), StandardCharsets.UTF_8);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
    }

    /**
     * The newest claim since the last question.
     *
     * @throws CheckpointDamagedException when it cannot be understood
     */
    public synchronized Optional<OwnerClaim> newest() throws CheckpointDamagedException {
        Optional<OwnerClaim> newest = Optional.empty();
        long end =
                consumer.endOffsets(List.of(partition)).values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0);
        long deadline = System.nanoTime() + LONGEST_LOOK.toNanos();
        while (consumer.position(partition) < end && System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> line : consumer.poll(POLL)) {
                boolean claim =
                        line.key() != null
                                && line.value() != null
                                && new String(line.key(), StandardCharsets.UTF_8).equals(key);
                if (claim) {
                    newest = Optional.of(CheckpointCodec.decodeClaim(key, line.value()));
                }
            }
        }
        return newest;
    }

    /** Also while another thread, which nobody waits for any more, still looks. */
    @Override
    public void close() {
        consumer.wakeup();
        closeConsumer();
    }

    private synchronized void closeConsumer() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
