package io.moor.volumes.repository;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Fills packs and stores them, several at a time. Thread-safe; each thread brings its own codec.
 *
 * <p>A chunk is looked up, compressed, given a place under the lock, and encrypted into its place
 * without the lock. A pack goes to its upload when the last of its places is filled. There are only
 * so many buffers: who needs a new pack waits for an upload to end.
 */
final class PackWriter implements AutoCloseable {

    /** Packs that are filled or uploaded at a time; each takes 9 MiB. */
    private static final int BUFFERS = 4;

    private static final int UPLOADS = 3;

    /** Data, and a footer of the most chunks. */
    private static final int BUFFER_BYTES = Limits.PACK_DATA_BYTES + (1 << 20);

    private final Repository repository;
    private final Runnable stored;
    private final ExecutorService uploads;
    private final Semaphore free = new Semaphore(BUFFERS);
    private final List<byte[]> buffers = new ArrayList<>();
    private final List<StoredPack> packs = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean closed;
    private Optional<OpenPack> data = Optional.empty();
    private Optional<OpenPack> nodes = Optional.empty();

    /**
     * @param stored is told after each pack that was stored
     */
    PackWriter(Repository repository, Runnable stored) {
        this.repository = repository;
        this.stored = stored;
        this.uploads =
                Executors.newFixedThreadPool(
                        UPLOADS, Thread.ofPlatform().daemon().name("moor-pack-", 0).factory());
    }

    /**
     * Stores a chunk of data, unless it is known.
     *
     * @param known what is there already; the chunk is added to it
     */
    ChunkRef add(ChunkId id, byte[] raw, int from, int length, ChunkIndex known, ChunkCodec codec)
            throws IOException {
        Optional<ChunkRef> found = known.find(id);
        if (found.isPresent()) {
            return found.get();
        }
        ChunkCodec.Packed packed = codec.compress(raw, from, length);
        OpenPack pack;
        ChunkRef ref;
        synchronized (this) {
            found = known.find(id);
            if (found.isPresent()) {
                return found.get();
            }
            pack = openData(packed.storedLength());
            // The index may be full.
            found = pack.find(id);
            if (found.isPresent()) {
                return found.get();
            }
            ref = pack.reserve(id, packed.storedLength(), length, packed.flags());
            known.add(ref);
        }
        fill(pack, ref, packed, codec);
        return ref;
    }

    /** Stores a node of the manifest. */
    ChunkRef addNode(ChunkId id, byte[] raw, ChunkCodec codec) throws IOException {
        ChunkCodec.Packed packed = codec.compress(raw, 0, raw.length);
        OpenPack pack;
        ChunkRef ref;
        synchronized (this) {
            if (nodes.isEmpty() || !nodes.get().fits(packed.storedLength())) {
                close(nodes);
                nodes = Optional.of(new OpenPack(buffer()));
            }
            pack = nodes.get();
            Optional<ChunkRef> found = pack.find(id);
            if (found.isPresent()) {
                return found.get();
            }
            ref =
                    pack.reserve(
                            id,
                            packed.storedLength(),
                            raw.length,
                            packed.flags() | ChunkFlags.NODE);
        }
        fill(pack, ref, packed, codec);
        return ref;
    }

    private OpenPack openData(int storedLength) throws IOException {
        if (data.isEmpty() || !data.get().fits(storedLength)) {
            close(data);
            data = Optional.of(new OpenPack(buffer()));
        }
        return data.get();
    }

    private void fill(OpenPack pack, ChunkRef ref, ChunkCodec.Packed packed, ChunkCodec codec) {
        codec.store(pack.id, ref.id(), ref.rawLength(), packed, pack.buffer, ref.offset());
        if (pack.filled()) {
            upload(pack);
        }
    }

    private byte[] buffer() throws IOException {
        try {
            while (!free.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                rethrow();
            }
            rethrow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RepositoryException("interrupted", e);
        }
        synchronized (buffers) {
            return buffers.isEmpty() ? new byte[BUFFER_BYTES] : buffers.removeLast();
        }
    }

    private void close(Optional<OpenPack> pack) {
        if (pack.isPresent() && pack.get().filled()) {
            upload(pack.get());
        }
    }

    private void upload(OpenPack pack) {
        uploads.execute(() -> {
            if (closed) {
                return;
            }
            try (ChunkCodec codec = new ChunkCodec(repository.keys())) {
                int length = pack.finish(repository.keys(), codec);
                // A name of 128 random bits that is taken is our own lost answer, or a
                // defect: in both cases the bytes must be these.
                if (!repository
                        .store()
                        .putIfAbsent(repository.packKey(pack.id), pack.buffer, length)) {
                    requireSame(pack, length);
                }
                synchronized (packs) {
                    packs.add(new StoredPack(pack.id, length));
                }
                stored.run();
                synchronized (buffers) {
                    buffers.add(pack.buffer);
                }
                free.release();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private void requireSame(OpenPack pack, int length) throws IOException {
        byte[] there = new byte[length + 1];
        String key = repository.packKey(pack.id);
        int got = repository.store().read(key, 0, there, 0, length + 1);
        if (!java.util.Arrays.equals(there, 0, got, pack.buffer, 0, length)) {
            throw new RepositoryException(key + " exists with other content");
        }
    }

    /** Whether an upload has failed for good. */
    void rethrow() throws IOException {
        @Nullable Throwable e = failure.get();
        if (e != null) {
            throw new RepositoryException("a pack cannot be stored: " + e.getMessage(), e);
        }
    }

    /** Stores what is left, and returns all packs when they are in the bucket. */
    List<StoredPack> finish() throws IOException {
        synchronized (this) {
            close(data);
            close(nodes);
            data = Optional.empty();
            nodes = Optional.empty();
        }
        uploads.shutdown();
        try {
            while (!uploads.awaitTermination(100, TimeUnit.MILLISECONDS)) {
                rethrow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RepositoryException("interrupted", e);
        }
        rethrow();
        synchronized (packs) {
            return List.copyOf(packs);
        }
    }

    /** Waits for uploads that run; those that wait do not begin. Nobody adds any more. */
    @Override
    public void close() {
        closed = true;
        uploads.close();
    }
}
