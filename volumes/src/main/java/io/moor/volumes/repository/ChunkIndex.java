package io.moor.volumes.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where known chunks are, in a table of limited size: when it is full, nothing more is added, and
 * what is not in it is stored again. Open addressing in arrays, about 49 bytes a slot. Thread-safe.
 */
final class ChunkIndex {

    private static final int FIRST_SLOTS = 1 << 12;

    private final int mostSlots;
    private final List<RandomId> packs = new ArrayList<>();
    private final Map<RandomId, Integer> packNumbers = new HashMap<>();
    private long[] ids;
    private int[] places;
    private byte[] flags;
    private int slots;
    private int size;

    /**
     * @param mostSlots a power of two; three quarters of them are used
     */
    ChunkIndex(int mostSlots) {
        this.mostSlots = mostSlots;
        allocate(Math.min(FIRST_SLOTS, mostSlots));
    }

    private void allocate(int count) {
        slots = count;
        ids = new long[4 * count];
        places = new int[4 * count];
        flags = new byte[count];
    }

    synchronized Optional<ChunkRef> find(ChunkId id) {
        int slot = slot(id);
        return isUsed(slot) ? Optional.of(ref(slot)) : Optional.empty();
    }

    synchronized boolean isFull() {
        return slots == mostSlots && size >= slots / 4 * 3;
    }

    synchronized void add(ChunkRef ref) {
        if (size >= slots / 4 * 3) {
            if (slots == mostSlots) {
                return;
            }
            grow();
        }
        put(ref);
    }

    private void put(ChunkRef ref) {
        int slot = slot(ref.id());
        if (isUsed(slot)) {
            return;
        }
        ids[4 * slot] = ref.id().a();
        ids[4 * slot + 1] = ref.id().b();
        ids[4 * slot + 2] = ref.id().c();
        ids[4 * slot + 3] = ref.id().d();
        places[4 * slot] = number(ref.pack());
        places[4 * slot + 1] = ref.offset();
        places[4 * slot + 2] = ref.storedLength();
        places[4 * slot + 3] = ref.rawLength();
        flags[slot] = (byte) ref.flags();
        size++;
    }

    private int number(RandomId pack) {
        return packNumbers.computeIfAbsent(
                pack,
                fresh -> {
                    packs.add(fresh);
                    return packs.size() - 1;
                });
    }

    /** A chunk has at least one byte, so a raw length of zero is a free slot. */
    private boolean isUsed(int slot) {
        return places[4 * slot + 3] != 0;
    }

    private ChunkRef ref(int slot) {
        return new ChunkRef(
                packs.get(places[4 * slot]),
                places[4 * slot + 1],
                places[4 * slot + 2],
                places[4 * slot + 3],
                flags[slot],
                new ChunkId(
                        ids[4 * slot], ids[4 * slot + 1], ids[4 * slot + 2], ids[4 * slot + 3]));
    }

    /** The slot of an id, or the free one where it would go. */
    private int slot(ChunkId id) {
        int slot = (int) id.a() & (slots - 1);
        while (isUsed(slot)
                && (ids[4 * slot] != id.a()
                        || ids[4 * slot + 1] != id.b()
                        || ids[4 * slot + 2] != id.c()
                        || ids[4 * slot + 3] != id.d())) {
            slot = (slot + 1) & (slots - 1);
        }
        return slot;
    }

    private void grow() {
        long[] oldIds = ids;
        int[] oldPlaces = places;
        byte[] oldFlags = flags;
        int oldSlots = slots;
        allocate(2 * slots);
        for (int old = 0; old < oldSlots; old++) {
            if (oldPlaces[4 * old + 3] != 0) {
                int slot =
                        slot(
                                new ChunkId(
                                        oldIds[4 * old],
                                        oldIds[4 * old + 1],
                                        oldIds[4 * old + 2],
                                        oldIds[4 * old + 3]));
                System.arraycopy(oldIds, 4 * old, ids, 4 * slot, 4);
                System.arraycopy(oldPlaces, 4 * old, places, 4 * slot, 4);
                flags[slot] = oldFlags[old];
            }
        }
    }
}
