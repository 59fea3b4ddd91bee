package io.moor.volumes.repository;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The packs that a root names: nothing else may be referred to. Immutable. */
final class PackNames {

    private final String root;
    private final Map<RandomId, Long> sizes = new HashMap<>();

    /**
     * @param root for messages
     */
    PackNames(String root, List<Root.PackUse> packs) {
        this.root = root;
        packs.forEach(use -> sizes.put(use.pack().id(), use.pack().size()));
    }

    void require(ChunkRef ref) throws CorruptObjectException {
        Long size = sizes.get(ref.pack());
        if (size == null) {
            throw new CorruptObjectException(
                    root, "its tree refers to pack " + ref.pack() + ", which it does not name");
        }
        if ((long) ref.offset() + ref.storedLength() > size) {
            throw new CorruptObjectException(
                    root, "its tree refers to more than there is of pack " + ref.pack());
        }
    }

    long size(RandomId pack) {
        return sizes.getOrDefault(pack, 0L);
    }
}
