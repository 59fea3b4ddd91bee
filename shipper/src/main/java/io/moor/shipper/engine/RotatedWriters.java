package io.moor.shipper.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whether somebody has a rotated file open for writing still. The answer costs a walk through all
 * processes, so all files that are asked for share one, and the walks take a small part of the time
 * only; until there is an answer, somebody has.
 */
final class RotatedWriters {

    private static final long SPACING = Orders.millis(250);

    /** Walks take at most this part of the time. */
    private static final int SHARE = 20;

    /** Who is not asked for any more is forgotten. */
    private static final long FORGET = Orders.millis(5_000);

    private final OpenWriters writers;
    private final Map<FileKey, Long> asked = new HashMap<>();
    private final Set<FileKey> answered = new HashSet<>();
    private boolean looked;
    private long lookedNanos;
    private long pauseNanos;

    RotatedWriters(OpenWriters writers) {
        this.writers = writers;
    }

    /** Whether nobody is seen, or what is seen is not everything: then quiet alone must do. */
    boolean haveLeft(Generation generation, long nowNanos) {
        FileKey file = FileKey.of(generation.physical());
        asked.put(file, nowNanos);
        if (!looked || nowNanos - lookedNanos >= pauseNanos) {
            look(nowNanos);
        }
        return answered.contains(file) && !writers.areSeen(file);
    }

    private void look(long nowNanos) {
        asked.values().removeIf(when -> nowNanos - when > FORGET);
        answered.clear();
        answered.addAll(asked.keySet());
        long begin = System.nanoTime();
        writers.look(answered);
        looked = true;
        lookedNanos = nowNanos;
        pauseNanos = Math.max(SPACING, (System.nanoTime() - begin) * SHARE);
    }
}
