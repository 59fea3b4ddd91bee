package io.moor.shipper.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which streams changed, so that those that did not cost nothing, however many they are. Belongs to
 * the engine's thread.
 */
final class StreamChanges {

    private final Set<LogStream> touched = new LinkedHashSet<>();
    private final List<Since> askers = new ArrayList<>();
    private long lookedNanos;

    /** What changed since the last question of one asker; at first, everything. */
    static final class Since {

        private final Set<LogStream> streams = new LinkedHashSet<>();
        private boolean everything = true;

        private Since() {}

        /** Whether anything changed since the last {@link #take}. */
        boolean isAnything() {
            return everything || !streams.isEmpty();
        }

        /** Whether any stream may have changed. */
        boolean isEverything() {
            return everything;
        }

        /**
         * The streams that changed, which are asked for once.
         *
         * @param all every stream
         */
        Collection<LogStream> take(Collection<LogStream> all) {
            Collection<LogStream> changed = everything ? all : List.copyOf(streams);
            everything = false;
            streams.clear();
            return changed;
        }
    }

    /** Another asker, who sees every change from now on. */
    Since since() {
        Since since = new Since();
        askers.add(since);
        return since;
    }

    /** What is known of a stream's files changed. */
    void changed(LogStream stream) {
        for (Since asker : askers) {
            if (!asker.everything) {
                asker.streams.add(stream);
            }
        }
    }

    /** A look at the directories was folded in, which may have changed any stream. */
    void everything() {
        for (Since asker : askers) {
            asker.everything = true;
            asker.streams.clear();
        }
    }

    /** Its next checkpoint has something to say. */
    void touched(LogStream stream) {
        touched.add(stream);
        changed(stream);
    }

    /** Its checkpoint is committed. */
    void committed(LogStream stream) {
        touched.remove(stream);
        changed(stream);
    }

    /** Streams whose next checkpoint has something to say, in the order in which it came up. */
    Set<LogStream> touched() {
        return touched;
    }

    /** A look at the directories was taken at this moment of the engine's clock. */
    void looked(long nowNanos) {
        lookedNanos = nowNanos;
    }

    /** When the directories were looked at last. */
    long lookedNanos() {
        return lookedNanos;
    }
}
