package io.moor.shipper.verify;

import io.moor.shipper.checkpoint.ArchivedGeneration;
import io.moor.shipper.checkpoint.CheckpointCodec;
import io.moor.shipper.checkpoint.CheckpointDamagedException;
import io.moor.shipper.checkpoint.CheckpointKey;
import io.moor.shipper.checkpoint.StreamCheckpoint;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The newest value of every key of {@code moor.checkpoints}; only those are understood. */
final class KnownCheckpoints {

    private final Map<String, byte[]> newest = new LinkedHashMap<>();

    void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            newest.remove(key);
        } else {
            newest.put(key, record.value());
        }
    }

    /** Of every stream of every origin. */
    List<StreamCheckpoint> streams() throws CheckpointDamagedException {
        List<StreamCheckpoint> streams = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : newest.entrySet()) {
            boolean ofStream =
                    !CheckpointKey.streamOf(entry.getKey()).isEmpty()
                            && !CheckpointKey.isArchived(entry.getKey());
            if (ofStream) {
                streams.add(CheckpointCodec.decode(entry.getKey(), entry.getValue()));
            }
        }
        return streams;
    }

    /**
     * Generations that these do not list, each of its own origin: another one may have shipped a
     * stream of the same name elsewhere.
     */
    List<ArchivedGeneration> archived(Collection<StreamCheckpoint> streams)
            throws CheckpointDamagedException {
        Set<String> wanted = new HashSet<>();
        streams.forEach(stream -> wanted.add(stream.origin() + "/" + stream.stream()));
        List<ArchivedGeneration> archived = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : newest.entrySet()) {
            if (CheckpointKey.isArchived(entry.getKey())) {
                ArchivedGeneration one =
                        CheckpointCodec.decodeArchived(entry.getKey(), entry.getValue());
                String origin = CheckpointKey.originOf(entry.getKey());
                if (wanted.contains(origin + "/" + one.stream())) {
                    archived.add(one);
                }
            }
        }
        return archived;
    }
}
