package io.moor.volumes.repository;

import java.io.IOException;

/** Where nodes of manifests go. */
@FunctionalInterface
interface NodeStore {

    /** Stores a node, or finds it. */
    ChunkRef store(byte[] node) throws IOException;
}
