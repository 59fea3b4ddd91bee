package io.moor.volumes.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects which packs a manifest refers to. Not thread-safe. */
final class PackUses {

    private final Set<RandomId> used = new HashSet<>();
    private boolean hasUnread;

    void add(ChunkRef ref) {
        used.add(ref.pack());
    }

    /**
     * @param wasRead whether every reference of the content was added otherwise
     */
    void add(Entry entry, boolean wasRead) {
        if (entry.node() instanceof Entry.FileNode file) {
            file.content().node().ifPresent(this::add);
            for (Content.Item item : file.content().items()) {
                if (item instanceof Content.Chunk chunk) {
                    add(chunk.ref());
                }
            }
            hasUnread |= file.content().node().isPresent() && !wasRead;
        }
    }

    /**
     * The packs of the new root. Lists of chunks that were taken over unread may refer to any pack
     * of the parent: then all of them stay.
     */
    List<Root.PackUse> packs(List<StoredPack> fresh, Optional<Root> parent) {
        Map<RandomId, Root.PackUse> packs = new HashMap<>();
        parent.ifPresent(root -> {
            for (Root.PackUse use : root.packs()) {
                if (hasUnread || used.contains(use.pack().id())) {
                    packs.put(use.pack().id(), new Root.PackUse(use.pack(), false));
                }
            }
        });
        fresh.forEach(pack -> packs.put(pack.id(), new Root.PackUse(pack, true)));
        List<Root.PackUse> all = new ArrayList<>(packs.values());
        all.sort((left, right) -> left.pack().id().compareTo(right.pack().id()));
        return all;
    }
}
