package io.moor.volumes.repository;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the nodes are that were read of the parent lately: the new manifest is written in the same
 * order, and most of its nodes are these. Thread-safe.
 */
final class NodeCache {

    private static final int NODES = 4_096;

    private final Map<ChunkId, ChunkRef> nodes =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<ChunkId, ChunkRef> eldest) {
                    return size() > NODES;
                }
            };

    synchronized void add(ChunkRef node) {
        nodes.put(node.id(), node);
    }

    synchronized Optional<ChunkRef> find(ChunkId id) {
        return Optional.ofNullable(nodes.get(id));
    }
}
