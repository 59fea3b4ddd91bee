package io.moor.shipper.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What other threads ask of the engine, and its only way to wait. Thread-safe. */
final class Orders {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;
    private boolean drain;
    private boolean woken;
    private long deadlineNanos;

    /** There is something to look at. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends at once. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Drains until a deadline; of several the earliest counts. */
    void drain(long deadline) {
        lock.lock();
        try {
            deadlineNanos = drain && deadlineNanos - deadline < 0 ? deadlineNanos : deadline;
            drain = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    boolean isDraining() {
        lock.lock();
        try {
            return drain;
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds until the deadline of the drain; endless without one. */
    long left(long nowNanos) {
        lock.lock();
        try {
            return drain ? deadlineNanos - nowNanos : Long.MAX_VALUE;
        } finally {
            lock.unlock();
        }
    }

    /** Waits, but not through a new order, nor when there is something to look at. */
    void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            boolean draining = drain;
            long rest = nanos;
            while (rest > 0 && !closed && !woken && draining == drain) {
                rest = changed.awaitNanos(rest);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    /** A duration in nanoseconds. */
    static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
