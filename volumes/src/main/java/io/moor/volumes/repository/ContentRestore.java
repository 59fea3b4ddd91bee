package io.moor.volumes.repository;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads chunks and writes them to files: chunks are collected, sorted by where they are, and read
 * in long stretches by several threads. Every chunk is verified before it is written. Planning is
 * one thread's; nothing is kept of what is done.
 */
final class ContentRestore implements AutoCloseable {

    /** Chunks that are planned together: the more, the longer the stretches. */
    private static final int BATCH = 16_384;

    private static final int WORKERS = 6;

    /** Stretches that wait or are read. */
    private static final int RANGES = 64;

    private final Repository repository;
    private final PackNames packs;
    private final boolean isResumed;
    private final Runnable rangeWritten;
    private final Workers workers;
    private final List<ReadPlan.Piece> batch = new ArrayList<>();
    private final Deque<Future<?>> running = new ArrayDeque<>();
    private final Set<RandomId> checked = new HashSet<>();
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong keptBytes = new AtomicLong();

    /**
     * @param isResumed whether files may have their content already
     * @param rangeWritten is told after each stretch
     */
    ContentRestore(
            Repository repository, PackNames packs, boolean isResumed, Runnable rangeWritten) {
        this.repository = repository;
        this.packs = packs;
        this.isResumed = isResumed;
        this.rangeWritten = rangeWritten;
        this.workers = new Workers(repository.keys(), "moor-restore-", WORKERS, RANGES);
    }

    void add(ReadPlan.Piece piece) throws IOException {
        packs.require(piece.ref());
        piece.target().expect();
        batch.add(piece);
        if (batch.size() == BATCH) {
            flush();
        }
    }

    /** Waits until everything added is written. */
    void finish() throws IOException {
        flush();
        while (!running.isEmpty()) {
            Futures.get(running.remove());
        }
    }

    private void flush() throws IOException {
        for (ReadPlan.Range range : ReadPlan.of(batch)) {
            check(range.pack());
            submit(codec -> restore(range, codec));
        }
        batch.clear();
    }

    /** Looks at the footer of a pack, once. */
    void check(RandomId pack) throws IOException {
        if (checked.add(pack)) {
            submit(codec -> checkFooter(pack, codec));
        }
    }

    private void submit(Workers.Task<Boolean> task) throws IOException {
        running.add(workers.submit(task));
        while (running.size() > RANGES || (!running.isEmpty() && running.peek().isDone())) {
            Futures.get(running.remove());
        }
    }

    /** What a restore does not need, a rebuild will: a damaged footer is told of now. */
    private boolean checkFooter(RandomId pack, ChunkCodec codec) throws IOException {
        PackFooter.read(repository, pack, packs.size(pack), codec);
        return true;
    }

    private boolean restore(ReadPlan.Range range, ChunkCodec codec) throws IOException {
        if (isResumed) {
            for (ReadPlan.Range rest : ReadPlan.of(missing(range, codec))) {
                read(rest, codec);
            }
        } else {
            read(range, codec);
        }
        rangeWritten.run();
        return true;
    }

    private void read(ReadPlan.Range range, ChunkCodec codec) throws IOException {
        String key = repository.packKey(range.pack());
        byte[] bytes = codec.buffer(range.length());
        int got = repository.store().read(key, range.offset(), bytes, 0, range.length());
        if (got < range.length()) {
            throw new CorruptObjectException(key, "it ends before a chunk that was in it");
        }
        readBytes.addAndGet(got);
        write(range, bytes, codec, key);
    }

    private static void write(ReadPlan.Range range, byte[] bytes, ChunkCodec codec, String key)
            throws IOException {
        Optional<ChunkRef> last = Optional.empty();
        byte[] raw = {};
        for (ReadPlan.Piece piece : range.pieces()) {
            // The same chunk at several places stands in a row.
            if (last.isEmpty() || !last.get().equals(piece.ref())) {
                raw = codec.load(piece.ref(), bytes, piece.ref().offset() - range.offset(), key);
                last = Optional.of(piece.ref());
            }
            piece.target().write(raw, piece.offset());
            piece.target().done();
        }
    }

    private List<ReadPlan.Piece> missing(ReadPlan.Range range, ChunkCodec codec)
            throws IOException {
        List<ReadPlan.Piece> missing = new ArrayList<>();
        for (ReadPlan.Piece piece : range.pieces()) {
            if (piece.target().has(piece.ref(), piece.offset(), codec)) {
                keptBytes.addAndGet(piece.ref().rawLength());
                piece.target().done();
            } else {
                missing.add(piece);
            }
        }
        return missing;
    }

    long readBytes() {
        return readBytes.get();
    }

    long keptBytes() {
        return keptBytes.get();
    }

    @Override
    public void close() {
        workers.close();
    }
}
