package io.moor.volumes.repository;

import java.io.IOException;
import java.util.Optional;

/** Writes the entries of a snapshot, in path order, as a tree of nodes cut by content. */
final class TreeWriter {

    private static final long BORDER = 0x7F;

    /** A leaf ends when it has reached this; one entry may make it longer. */
    private static final int LEAF_BYTES = 128 << 10;

    private final NodeStore store;
    private final NodeLevels levels;
    private final ByteWriter entries = new ByteWriter();
    private final Refs.Writer refs = new Refs.Writer();
    private ByteString first = ByteString.EMPTY;
    private ByteString previous = ByteString.EMPTY;
    private int count;

    TreeWriter(NodeStore store) {
        this.store = store;
        this.levels = new NodeLevels(0, store);
    }

    void add(Entry entry) throws IOException {
        if (count == 0) {
            first = entry.path();
        }
        EntryCodec.write(entries, refs, count == 0 ? ByteString.EMPTY : previous, entry);
        previous = entry.path();
        count++;
        boolean border = (entry.path().hash() & BORDER) == 0;
        if (border || count == Limits.LEAF_ENTRIES || entries.size() >= LEAF_BYTES) {
            close();
        }
    }

    private void close() throws IOException {
        byte[] node = new ByteWriter().u8(0).varint(count).raw(entries.toBytes()).toBytes();
        levels.add(new NodeLevels.Child(store.store(node), count, Optional.of(first)));
        entries.clear();
        refs.clear();
        count = 0;
    }

    /** The tree's top; there is at least one entry. */
    NodeLevels.Top finish() throws IOException {
        if (count > 0) {
            close();
        }
        return levels.finish();
    }
}
