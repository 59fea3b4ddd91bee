package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads files of one chunk, on a worker's thread. */
final class SmallFiles {

    /** A file that changes is read so often, then taken as it is. */
    static final int ATTEMPTS = 3;

    private final ContentStore store;

    SmallFiles(ContentStore store) {
        this.store = store;
    }

    /** What became of a file. */
    sealed interface Outcome {}

    /** It is no file any more. */
    record Vanished() implements Outcome {}

    /** It has grown: it must be read in pieces. */
    record Large() implements Outcome {}

    record Read(
            FileStatus status, List<Entry.Attribute> attributes, Entry.FileNode node, boolean torn)
            implements Outcome {}

    Outcome read(byte[] path, ChunkCodec codec) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Optional<FileReading> opened = FileReading.open(path);
            if (opened.isEmpty()) {
                return new Vanished();
            }
            try (FileReading file = opened.get()) {
                if (file.size() > Limits.WHOLE_BYTES) {
                    return new Large();
                }
                List<Entry.Attribute> attributes = Attributes.read(path);
                ContentWriter items = items(codec);
                long size = content(file, items, codec);
                boolean torn = !file.isStill();
                if (!torn || attempt == ATTEMPTS) {
                    return new Read(
                            file.status(),
                            attributes,
                            new Entry.FileNode(
                                    size, Chunking.WHOLE, Chunking.WHOLE, items.finish()),
                            torn);
                }
            }
        }
    }

    private ContentWriter items(ChunkCodec codec) {
        return new ContentWriter(node -> {
            ChunkId id = codec.id(node, 0, node.length);
            return store.packs().addNode(id, node, codec);
        });
    }

    /** Reads it, and returns its size as it was read. */
    private long content(FileReading file, ContentWriter items, ChunkCodec codec)
            throws IOException {
        long at = 0;
        byte[] buffer = new byte[(int) file.size()];
        for (FileReading.Extent extent : file.extents()) {
            if (extent.from() > at) {
                items.add(new Content.Hole(extent.from() - at));
            }
            int length = (int) (extent.to() - extent.from());
            int got = file.read(extent.from(), buffer, 0, length);
            at = extent.from() + got;
            if (got > 0) {
                var whole = List.of(new ContentStore.Cut(0, got, Optional.empty()));
                for (Content.Item item : store.store(buffer, whole, codec).items()) {
                    items.add(item);
                }
            }
            if (got < length) {
                // It was cut off meanwhile.
                return at;
            }
        }
        if (at < file.size()) {
            items.add(new Content.Hole(file.size() - at));
        }
        return file.size();
    }
}
