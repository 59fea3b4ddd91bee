package io.moor.shipper.engine;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whether somebody has a rotated file open for writing still. The answer costs a walk through all
 * processes, so all rotated files of the streams that ask share one, and the walks take a small
 * part of the time only; until there is an answer, somebody has. A file that nobody has open before
 * it is read to its end was read to its end: that its successors are asked for early is safe, and
 * they do not wait for a walk each.
 */
final class RotatedWriters {

    private static final long SPACING = Orders.millis(250);

    /** Walks take at most this part of the time. */
    private static final int SHARE = 20;

    /** Who is not asked for any more is forgotten. */
    private static final long FORGET = Orders.millis(5_000);

    /** What one walk looks for, at the most; whoever asked first comes first. */
    private static final int MOST = 10_000;

    private final OpenWriters writers;
    private final Map<LogStream, Long> asked = new LinkedHashMap<>();
    private final Set<FileKey> answered = new HashSet<>();
    private boolean looked;
    private long lookedNanos;
    private long pauseNanos;

    RotatedWriters(OpenWriters writers) {
        this.writers = writers;
    }

    /** Whether nobody is seen, or what is seen is not everything: then quiet alone must do. */
    boolean haveLeft(LogStream stream, Generation generation, long nowNanos) {
        FileKey file = FileKey.of(generation.physical());
        asked.put(stream, nowNanos);
        if (!looked || nowNanos - lookedNanos >= pauseNanos) {
            look(file, nowNanos);
        }
        return answered.contains(file) && !writers.areSeen(file);
    }

    private void look(FileKey first, long nowNanos) {
        asked.values().removeIf(when -> nowNanos - when > FORGET);
        answered.clear();
        answered.add(first);
        asked.keySet().forEach(this::addRotated);
        long begin = System.nanoTime();
        writers.look(answered);
        looked = true;
        lookedNanos = nowNanos;
        pauseNanos = Math.max(SPACING, (System.nanoTime() - begin) * SHARE);
    }

    private void addRotated(LogStream stream) {
        for (Generation generation : stream.generations()) {
            boolean rotated =
                    generation.place() == Generation.Place.RENAMED
                            || generation.place() == Generation.Place.DELETED;
            if (rotated && !generation.isOver() && answered.size() < MOST) {
                answered.add(FileKey.of(generation.physical()));
            }
        }
    }
}
