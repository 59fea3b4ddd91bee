package io.moor.volumes.repository;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Threads that work on content, each with a codec of its own; so many tasks wait or run at a time,
 * and who adds one more waits.
 */
final class Workers implements AutoCloseable {

    private final ExecutorService threads;
    private final Semaphore places;
    private final BlockingQueue<ChunkCodec> codecs;
    private volatile boolean closed;

    /** A piece of work. */
    @FunctionalInterface
    interface Task<T> {
        T run(ChunkCodec codec) throws Exception;
    }

    Workers(RepositoryKeys keys, String name, int count, int places) {
        this.threads =
                Executors.newFixedThreadPool(
                        count, Thread.ofPlatform().daemon().name(name, 0).factory());
        this.places = new Semaphore(places);
        this.codecs = new ArrayBlockingQueue<>(count);
        for (int i = 0; i < count; i++) {
            codecs.add(new ChunkCodec(keys));
        }
    }

    <T> Future<T> submit(Task<T> task) throws RepositoryException {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RepositoryException("interrupted", e);
        }
        Callable<T> guarded =
                () -> {
                    try {
                        if (closed) {
                            throw new RepositoryException("stopped before it began");
                        }
                        ChunkCodec codec = codecs.take();
                        try {
                            return task.run(codec);
                        } finally {
                            codecs.add(codec);
                        }
                    } finally {
                        places.release();
                    }
                };
        return threads.submit(guarded);
    }

    /**
     * Waits for tasks that run, so that nothing is touched afterwards; those that wait do not
     * begin. Nothing is interrupted: an interrupted answer of a server would spoil its connection.
     */
    @Override
    public void close() {
        closed = true;
        threads.close();
        codecs.forEach(ChunkCodec::close);
    }
}
