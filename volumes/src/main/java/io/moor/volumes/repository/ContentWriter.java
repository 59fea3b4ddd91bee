package io.moor.volumes.repository;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the list of a file's chunks; few of them stay in the entry, more go into nodes. */
final class ContentWriter {

    static final int MARK = 0x40;

    private static final long BORDER = 0x1FF;

    private final NodeStore store;
    private final NodeLevels levels;
    private final List<Content.Item> items = new ArrayList<>();
    private boolean hasNodes;

    ContentWriter(NodeStore store) {
        this.store = store;
        this.levels = new NodeLevels(MARK, store);
    }

    void add(Content.Item item) throws IOException {
        items.add(item);
        boolean border =
                items.size() >= Limits.ITEMS_LEAST
                        && item instanceof Content.Chunk chunk
                        && (chunk.ref().id().d() & BORDER) == 0;
        if (border || items.size() == Limits.ITEMS) {
            close();
        }
    }

    private void close() throws IOException {
        Refs.Writer refs = new Refs.Writer();
        ByteWriter node = new ByteWriter().u8(MARK).varint(items.size());
        long bytes = 0;
        for (Content.Item item : items) {
            EntryCodec.writeItem(node, refs, item);
            bytes += item.length();
        }
        levels.add(new NodeLevels.Child(store.store(node.toBytes()), bytes, Optional.empty()));
        items.clear();
        hasNodes = true;
    }

    Content finish() throws IOException {
        if (!hasNodes && items.size() <= Limits.INLINE_ITEMS) {
            return new Content(items, 0, Optional.empty());
        }
        if (!items.isEmpty()) {
            close();
        }
        NodeLevels.Top top = levels.finish();
        return new Content(List.of(), top.level(), Optional.of(top.node()));
    }
}
