package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Reads files of more than one chunk: one thread reads and cuts, the workers hash, compress and
 * encrypt, a buffer of cuts each; the list of chunks is written as they are done. In memory are the
 * buffers, whatever the size of the file.
 */
final class LargeFiles {

    /** A chunk, and more than half of another. */
    private static final int BUFFER_BYTES = 6 << 20;

    private static final int BUFFERS = 4;

    private final ContentStore store;
    private final Workers workers;
    private final NodeStore nodes;
    private final Gear gear;
    private final Consumer<ChunkRef> referred;
    private final BlockingQueue<byte[]> buffers = new ArrayBlockingQueue<>(BUFFERS);
    private int made;

    /**
     * @param referred is told of every chunk of every file
     */
    LargeFiles(
            ContentStore store,
            Workers workers,
            NodeStore nodes,
            Gear gear,
            Consumer<ChunkRef> referred) {
        this.store = store;
        this.workers = workers;
        this.nodes = nodes;
        this.gear = gear;
        this.referred = referred;
    }

    /** What is known of the version before. */
    interface Before {

        /** Its size and plan; empty when there was none. */
        Optional<Entry.FileNode> node();

        /** Its items from the beginning, again. */
        PreviousChunks chunks();
    }

    /**
     * @return empty when it is no file any more
     */
    Optional<SmallFiles.Read> read(byte[] path, Before before) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Optional<FileReading> opened = FileReading.open(path);
            if (opened.isEmpty()) {
                return Optional.empty();
            }
            try (FileReading file = opened.get()) {
                List<Entry.Attribute> attributes = Attributes.read(path);
                Entry.FileNode node = new Pass(file, before).run();
                boolean torn = !file.isStill();
                if (!torn || attempt == SmallFiles.ATTEMPTS) {
                    FileStatus status = file.status();
                    return Optional.of(new SmallFiles.Read(status, attributes, node, torn));
                }
            }
        }
    }

    /** One reading of one file. */
    private final class Pass {
        private final FileReading file;
        private final Optional<Entry.FileNode> before;
        private final PreviousChunks previous;
        private final Chunking chunking;
        private final ContentWriter items = new ContentWriter(nodes);
        private final Deque<Future<ContentStore.Stored>> running = new ArrayDeque<>();
        private long read;
        private long found;

        Pass(FileReading file, Before before) throws IOException {
            this.file = file;
            this.before = before.node();
            this.previous = before.chunks();
            byte[] head = new byte[ChunkingRule.HEAD_BYTES];
            int got = file.read(0, head, 0, head.length);
            chunking =
                    ChunkingRule.choose(
                            file.size(),
                            this.before.map(Entry.FileNode::next),
                            Arrays.copyOf(head, got));
        }

        Entry.FileNode run() throws IOException {
            long size = content();
            drain(0);
            Chunking next =
                    before.map(node -> ChunkingRule.next(chunking, size, node.size(), read, found))
                            .orElse(chunking);
            return new Entry.FileNode(size, chunking, next, items.finish());
        }

        private long content() throws IOException {
            long at = 0;
            for (FileReading.Extent extent : file.extents()) {
                if (extent.from() > at) {
                    hole(extent.from() - at);
                }
                at = data(extent);
                if (at < extent.to()) {
                    // It was cut off meanwhile.
                    return at;
                }
            }
            if (at < file.size()) {
                hole(file.size() - at);
            }
            return file.size();
        }

        private void hole(long length) {
            List<Content.Item> hole = List.of(new Content.Hole(length));
            running.add(CompletableFuture.completedFuture(new ContentStore.Stored(hole, 0)));
        }

        /** Reads a stretch of data, and returns where it ended. */
        private long data(FileReading.Extent extent) throws IOException {
            long at = extent.from();
            byte[] carried = new byte[0];
            while (true) {
                byte[] buffer = buffer();
                System.arraycopy(carried, 0, buffer, 0, carried.length);
                long from = at + carried.length;
                int most = (int) Math.min(buffer.length - carried.length, extent.to() - from);
                int got = file.read(from, buffer, carried.length, most);
                int filled = carried.length + got;
                read += got;
                boolean isEnd = got < most || from + got == extent.to();
                List<ContentStore.Cut> cuts = new ArrayList<>();
                int done = 0;
                while (done < filled) {
                    int length = cut(buffer, done, filled - done, at + done, isEnd);
                    if (length == 0) {
                        break;
                    }
                    cuts.add(new ContentStore.Cut(done, length, previous.at(at + done, length)));
                    done += length;
                }
                carried = Arrays.copyOfRange(buffer, done, filled);
                at += done;
                submit(buffer, cuts);
                if (isEnd) {
                    return at;
                }
            }
        }

        private int cut(byte[] buffer, int from, int length, long offset, boolean isEnd) {
            if (chunking.kind() != Chunking.Kind.FIXED) {
                return gear.cut(buffer, from, length, isEnd);
            }
            int block = chunking.blockBytes();
            int rest = block - (int) (offset & (block - 1));
            if (rest <= length) {
                return rest;
            }
            return isEnd ? length : 0;
        }

        private void submit(byte[] buffer, List<ContentStore.Cut> cuts) throws IOException {
            running.add(
                    workers.submit(codec -> {
                        try {
                            return store.store(buffer, cuts, codec);
                        } finally {
                            buffers.add(buffer);
                        }
                    }));
            drain(BUFFERS);
        }

        private void drain(int most) throws IOException {
            while (running.size() > most) {
                ContentStore.Stored stored = Futures.get(running.remove());
                found += stored.found();
                for (Content.Item item : stored.items()) {
                    items.add(item);
                    if (item instanceof Content.Chunk chunk) {
                        referred.accept(chunk.ref());
                    }
                }
            }
        }
    }

    private byte[] buffer() throws RepositoryException {
        byte[] free = buffers.poll();
        if (free != null) {
            return free;
        }
        if (made < BUFFERS) {
            made++;
            return new byte[BUFFER_BYTES];
        }
        try {
            return buffers.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RepositoryException("interrupted", e);
        }
    }
}
