package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;

import java.io.IOException;
import java.util.Optional;

/** The snapshot before, read beside the scan in path order. Not thread-safe. */
final class ParentSnapshot implements AutoCloseable {

    /**
     * A change within this of the scan's beginning may not show in the times: clocks are coarse.
     */
    private static final long COARSE_SECONDS = 2;

    private final Repository repository;
    private final Root root;
    private final NodeCache cache;
    private final NodeReader nodes;
    private final NodeReader contents;
    private final TreeCursor cursor;
    private Optional<Entry> current;

    ParentSnapshot(Repository repository, Root root, NodeCache cache) throws IOException {
        this.repository = repository;
        this.root = root;
        this.cache = cache;
        PackNames packs = new PackNames(root.key().toString(), root.packs());
        nodes = new NodeReader(repository, packs);
        contents = new NodeReader(repository, packs);
        cursor = new TreeCursor(nodes, root.tree().node(), root.tree().level(), cache::add);
        current = cursor.next();
    }

    Root root() {
        return root;
    }

    /** The entry of that path; paths are asked for in order. */
    Optional<Entry> find(ByteString path) throws IOException {
        while (current.isPresent() && current.get().path().compareTo(path) < 0) {
            current = cursor.next();
        }
        return current.filter(entry -> entry.path().equals(path));
    }

    /** Whether a name is, as far as its file system tells, what it was. */
    boolean isUnchanged(Entry entry, FileStatus status) {
        Entry.Metadata metadata = entry.metadata();
        long settled = root.begun().getEpochSecond() - COARSE_SECONDS;
        return status.device() == root.source().device()
                && metadata.inode() == status.inode()
                && metadata.permissions() == status.permissions()
                && metadata.modifiedSeconds() == status.modifiedSeconds()
                && metadata.modifiedNanos() == status.modifiedNanos()
                && metadata.changedSeconds() == status.changedSeconds()
                && metadata.changedNanos() == status.changedNanos()
                && (metadata.flags() & Entry.TORN) == 0
                && status.changedSeconds() < settled
                && status.modifiedSeconds() < settled;
    }

    PreviousChunks chunks(Entry.FileNode file) {
        return new PreviousChunks(
                Optional.of(new ContentCursor(contents, file.content(), cache::add)));
    }

    /** Fills the index with chunks that are listed in entries, as far as it has room. */
    void fill(ChunkIndex index) throws IOException {
        PackNames packs = new PackNames(root.key().toString(), root.packs());
        try (NodeReader reader = new NodeReader(repository, packs)) {
            TreeCursor all =
                    new TreeCursor(reader, root.tree().node(), root.tree().level(), _ -> {});
            Optional<Entry> entry = all.next();
            while (entry.isPresent() && !index.isFull()) {
                if (entry.get().node() instanceof Entry.FileNode file) {
                    add(file, reader, index);
                }
                entry = all.next();
            }
        }
    }

    /** Blocks of files that are written in place are found by their places, and would fill it. */
    private static void add(Entry.FileNode file, NodeReader reader, ChunkIndex index)
            throws IOException {
        if (file.chunking().kind() == Chunking.Kind.FIXED) {
            return;
        }
        ContentCursor items = new ContentCursor(reader, file.content(), _ -> {});
        Optional<Content.Item> item = items.next();
        while (item.isPresent() && !index.isFull()) {
            if (item.get() instanceof Content.Chunk chunk) {
                index.add(chunk.ref());
            }
            item = items.next();
        }
    }

    @Override
    public void close() {
        nodes.close();
        contents.close();
    }
}
