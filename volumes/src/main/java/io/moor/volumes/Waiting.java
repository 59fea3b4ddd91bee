package io.moor.volumes;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Bounded waiting for something the kernel does on its own and tells nobody about. */
final class Waiting {

    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private Waiting() {}

    /** A look at storage or the kernel. */
    interface Look<T> {
        T take() throws VolumeException;
    }

    /** Looks until there is a value, and returns what the last look showed. */
    static <T> Optional<T> untilPresent(Duration atMost, Look<Optional<T>> look)
            throws VolumeException {
        return until(atMost, look, Optional::isPresent);
    }

    /** Looks until nothing is left, and returns what the last look showed. */
    static <T> List<T> untilEmpty(Duration atMost, Look<List<T>> look) throws VolumeException {
        return until(atMost, look, List::isEmpty);
    }

    /** Ends early when the thread is interrupted; the interrupt stays set. */
    private static <T> T until(Duration atMost, Look<T> look, Predicate<T> enough)
            throws VolumeException {
        long deadline = System.nanoTime() + atMost.toNanos();
        long pause = FIRST_NANOS;
        while (true) {
            T seen = look.take();
            long left = deadline - System.nanoTime();
            if (enough.test(seen) || left <= 0 || Thread.currentThread().isInterrupted()) {
                return seen;
            }
            LockSupport.parkNanos(Math.min(pause, left));
            pause = Math.min(2 * pause, LONGEST_NANOS);
        }
    }
}
