package io.moor.volumes.repository;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads nodes of one snapshot. Nodes that follow each other in the tree mostly follow each other in
 * a pack, so a stretch of the pack is read at a time; a few stretches are kept. Not thread-safe.
 */
final class NodeReader implements AutoCloseable {

    private static final int WINDOW_BYTES = 512 << 10;
    private static final int WINDOWS = 16;

    private final Repository repository;
    private final PackNames packs;
    private final ChunkCodec codec;
    private final Map<RandomId, Window> windows =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<RandomId, Window> eldest) {
                    return size() > WINDOWS;
                }
            };

    private static final class Window {
        private final long offset;
        private final byte[] bytes;
        private final int length;

        Window(long offset, byte[] bytes, int length) {
            this.offset = offset;
            this.bytes = bytes;
            this.length = length;
        }

        boolean has(ChunkRef ref) {
            return ref.offset() >= offset
                    && (long) ref.offset() + ref.storedLength() <= offset + length;
        }
    }

    NodeReader(Repository repository, PackNames packs) {
        this.repository = repository;
        this.packs = packs;
        this.codec = new ChunkCodec(repository.keys());
    }

    byte[] read(ChunkRef ref) throws IOException {
        packs.require(ref);
        String key = repository.packKey(ref.pack());
        Window window = windows.get(ref.pack());
        if (window == null || !window.has(ref)) {
            byte[] bytes = new byte[Math.max(WINDOW_BYTES, ref.storedLength())];
            int length = repository.store().read(key, ref.offset(), bytes, 0, bytes.length);
            window = new Window(ref.offset(), bytes, length);
            if (!window.has(ref)) {
                throw new CorruptObjectException(key, "it ends before a chunk that was in it");
            }
            windows.put(ref.pack(), window);
        }
        return codec.load(ref, window.bytes, (int) (ref.offset() - window.offset), key);
    }

    String object(ChunkRef ref) {
        return "node " + ref.id() + " in " + repository.packKey(ref.pack());
    }

    @Override
    public void close() {
        codec.close();
    }
}
