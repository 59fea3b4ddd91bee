package io.moor.shipper.kafka;

import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.ArchivedGeneration;
import io.moor.shipper.checkpoint.CheckpointCodec;
import io.moor.shipper.checkpoint.CheckpointDamagedException;
import io.moor.shipper.checkpoint.CheckpointKey;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.OwnerClaim;
import io.moor.shipper.checkpoint.StreamCheckpoint;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The newest committed checkpoints of one origin.
 *
 * @param claim who owns the origin, if anyone ever did
 * @param streams by stream key
 * @param archived generations that those do not list, by stream key
 */
public record OriginCheckpoints(
        Optional<OwnerClaim> claim,
        Map<String, StreamCheckpoint> streams,
        Map<String, List<GenerationCheckpoint>> archived) {

    /** A neighbour may have a longer timeout than ours, so it is waited for more than once. */
    private static final int READ_TRIES = 3;

    public OriginCheckpoints {
        streams = Map.copyOf(streams);
        archived = Map.copyOf(archived);
    }

    /**
     * The partition of an origin's checkpoints: the default partitioner's hash, of the origin, over
     * the first sixteen partitions, however many the topic gets.
     */
    public static int partitionOf(Origin origin) {
        byte[] key = origin.id().getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % Topics.CHECKPOINT_PARTITIONS;
    }

    /**
     * Everything that is committed. Transactions of others that hold it back for longer than they
     * may are ended.
     *
     * @throws org.apache.kafka.common.errors.TimeoutException naming whoever holds it back too long
     * @throws CheckpointDamagedException when one of them cannot be understood
     */
    public static OriginCheckpoints read(KafkaClients clients, Admin admin, Origin origin)
            throws CheckpointDamagedException {
        Map<String, byte[]> newest = new LinkedHashMap<>();
        TopicPartition partition = partition(origin);
        CommittedRead read = new CommittedRead(clients, clients.longestTransaction());
        HangingTransactions hanging =
                new HangingTransactions(
                        admin,
                        partition,
                        clients.longestTransaction(),
                        KafkaClients.COORDINATOR_LOOK);
        for (int attempt = 1; ; attempt++) {
            try {
                read.read(admin, List.of(partition), line -> keep(origin, newest, line));
                return decode(newest);
            } catch (CommittedRead.HeldUpException e) {
                String left = hanging.end();
                if (attempt == READ_TRIES) {
                    throw new CommittedRead.HeldUpException(e.getMessage() + left);
                }
                newest.clear();
            }
        }
    }

    /**
     * What is visible without waiting: open transactions, that of a killed predecessor first of
     * all, may hide the newest.
     *
     * @throws CheckpointDamagedException when one of them cannot be understood
     */
    public static OriginCheckpoints glance(KafkaClients clients, Admin admin, Origin origin)
            throws CheckpointDamagedException {
        Map<String, byte[]> newest = new LinkedHashMap<>();
        new CommittedRead(clients, clients.longestTransaction())
                .glance(admin, List.of(partition(origin)), line -> keep(origin, newest, line));
        return decode(newest);
    }

    public static TopicPartition partition(Origin origin) {
        return new TopicPartition(Topics.CHECKPOINTS, partitionOf(origin));
    }

    private static void keep(
            Origin origin, Map<String, byte[]> newest, ConsumerRecord<byte[], byte[]> line) {
        if (line.key() == null) {
            return;
        }
        String key = new String(line.key(), StandardCharsets.UTF_8);
        if (!CheckpointKey.originOf(key).equals(origin.id())) {
            return;
        }
        if (line.value() == null) {
            newest.remove(key);
        } else {
            newest.put(key, line.value());
        }
    }

    static OriginCheckpoints decode(Map<String, byte[]> newest) throws CheckpointDamagedException {
        Optional<OwnerClaim> claim = Optional.empty();
        Map<String, StreamCheckpoint> streams = new LinkedHashMap<>();
        Map<String, List<GenerationCheckpoint>> archived = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> entry : newest.entrySet()) {
            String stream = CheckpointKey.streamOf(entry.getKey());
            if (stream.isEmpty()) {
                claim = Optional.of(CheckpointCodec.decodeClaim(entry.getKey(), entry.getValue()));
            } else if (CheckpointKey.isArchived(entry.getKey())) {
                ArchivedGeneration one =
                        CheckpointCodec.decodeArchived(entry.getKey(), entry.getValue());
                archived.computeIfAbsent(one.stream(), _ -> new ArrayList<>())
                        .add(one.generation());
            } else {
                streams.put(stream, CheckpointCodec.decode(entry.getKey(), entry.getValue()));
            }
        }
        return new OriginCheckpoints(claim, streams, archived);
    }

    /** The committed offset of a generation, listed or archived; 0 when nothing is known of it. */
    public long committedOffset(String stream, String fileId) {
        StreamCheckpoint checkpoint = streams.get(stream);
        return Stream.concat(
                        checkpoint == null ? Stream.empty() : checkpoint.generations().stream(),
                        archived.getOrDefault(stream, List.of()).stream())
                .filter(generation -> generation.fileId().equals(fileId))
                .mapToLong(GenerationCheckpoint::offset)
                .findFirst()
                .orElse(0);
    }

    /** The highest owner epoch that ever wrote. */
    public long ownerEpoch() {
        long claimed = claim.map(OwnerClaim::ownerEpoch).orElse(0L);
        return Math.max(
                claimed,
                streams.values().stream().mapToLong(StreamCheckpoint::ownerEpoch).max().orElse(0));
    }
}
