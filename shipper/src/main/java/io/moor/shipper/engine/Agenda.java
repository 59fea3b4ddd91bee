package io.moor.shipper.engine;

import io.moor.shipper.hint.Changes;
import io.moor.shipper.tail.FileTail;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which stream is to be looked at when. A stream whose file is told of when it changes rests;
 * without that it is looked at again and again. Only streams that are due cost anything.
 */
final class Agenda {

    private static final long LONGEST_BACKOFF = Orders.millis(250);
    private static final long GRID = Orders.millis(32);
    private static final long REST_GRID = Orders.millis(256);
    private static final long FIRST_BACKOFF = Orders.millis(1);

    /** Small appends are gathered this long rather than read one by one. */
    private static final long GATHER = Orders.millis(4);

    /** Streams that rest and are looked at in one go: hints are not to wait for thousands. */
    private static final int MOST_LOOKS = 1_024;

    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));

    /** Streams that rest, in the order of their next look. */
    private final ArrayDeque<Entry> resting = new ArrayDeque<>();

    private final Map<LogStream, Entry> entries = new HashMap<>();
    private final Map<Path, List<Place>> byPath = new HashMap<>();

    /** Read since the last commit: what an abort takes back is due again. */
    private final Set<LogStream> read = new HashSet<>();

    private Set<Path> covered = Set.of();
    private long rest = ScanPace.SELDOM;
    private boolean restless;

    /** A stream's next look; replaced when it is another one. */
    private static final class Entry {
        final LogStream stream;
        long due;
        final @Nullable Generation active;
        final boolean resting;
        boolean stale;

        Entry(LogStream stream, long due, boolean resting) {
            this.stream = stream;
            this.due = due;
            this.active = stream.active().orElse(null);
            this.resting = resting;
        }
    }

    private record Place(LogStream stream, Generation generation) {}

    /**
     * Takes the streams that are due off; each is to be scheduled or put back. Those that rest and
     * are still as they were go on resting.
     *
     * @param isStill whether there is nothing new in the file of a stream that rests
     */
    List<LogStream> due(long nowNanos, Predicate<LogStream> isStill) {
        List<LogStream> due = new ArrayList<>();
        wakeUp(due, nowNanos, isStill);
        for (Entry next = queue.peek();
                next != null && (next.stale || next.due - nowNanos <= 0);
                next = queue.peek()) {
            queue.remove();
            if (!next.stale) {
                next.stale = true;
                due.add(next.stream);
            }
        }
        return due;
    }

    private void wakeUp(List<LogStream> due, long nowNanos, Predicate<LogStream> isStill) {
        int looks = 0;
        for (Entry next = firstResting();
                next != null && next.due - nowNanos <= 0 && looks < MOST_LOOKS;
                next = firstResting()) {
            resting.remove();
            looks++;
            if (isStill.test(next.stream)) {
                next.due = restUntil(nowNanos);
                next.stream.dueAt(next.due, 0);
                resting.add(next);
            } else {
                next.stale = true;
                due.add(next.stream);
            }
        }
    }

    private @Nullable Entry firstResting() {
        Entry next = resting.peek();
        while (next != null && next.stale) {
            resting.remove();
            next = resting.peek();
        }
        return next;
    }

    /** Idle files are looked at together, so that a thousand of them do not wake us singly. */
    private long restUntil(long nowNanos) {
        long due = nowNanos + rest;
        return due - Math.floorMod(due, REST_GRID) + REST_GRID;
    }

    /** Nanoseconds until a stream is due; zero or less when one is. */
    long nextIn(long nowNanos, long most) {
        Entry next = queue.peek();
        while (next != null && next.stale) {
            queue.remove();
            next = queue.peek();
        }
        Entry idle = firstResting();
        long first = idle == null ? most : Math.min(most, idle.due - nowNanos);
        return next == null ? first : Math.min(first, next.due - nowNanos);
    }

    /** When to look at a stream again that was read now. */
    void schedule(LogStream stream, long bytes, boolean much, long nowNanos) {
        if (bytes > 0) {
            read.add(stream);
            stream.dueAt(much ? nowNanos : nowNanos + GATHER, 0);
            put(stream, nowNanos, false);
        } else if (mayRest(stream)) {
            stream.dueAt(restUntil(nowNanos), 0);
            put(stream, nowNanos, true);
        } else {
            long backoff =
                    stream.backoffNanos() == 0
                            ? FIRST_BACKOFF
                            : Math.min(stream.backoffNanos() * 2, LONGEST_BACKOFF);
            long due = nowNanos + backoff;
            stream.dueAt(backoff < GRID ? due : due - Math.floorMod(due, GRID) + GRID, backoff);
            put(stream, nowNanos, false);
        }
    }

    /** From now on no stream rests: whoever drains asks each file whether it is quiet. */
    void neverRest() {
        restless = true;
        covered = Set.of();
    }

    /** Whether these are the directories whose changes are told, as far as is known. */
    boolean isTold(Set<Path> directories) {
        return covered.equals(directories);
    }

    /** When to look at a stream again that cannot be read now. */
    void postpone(LogStream stream, long nowNanos) {
        stream.dueAt(nowNanos + LONGEST_BACKOFF, LONGEST_BACKOFF);
        put(stream, nowNanos, false);
    }

    /** Puts streams back that were taken off and not scheduled. */
    void putBack(List<LogStream> streams, long nowNanos) {
        for (LogStream stream : streams) {
            Entry entry = entries.get(stream);
            if (entry == null || entry.stale) {
                put(stream, nowNanos, false);
            }
        }
    }

    private void put(LogStream stream, long nowNanos, boolean resting) {
        long due = stream.dueNanos() == 0 ? nowNanos : stream.dueNanos();
        Entry entry = new Entry(stream, due, resting);
        Entry before = entries.put(stream, entry);
        if (before != null) {
            before.stale = true;
        }
        if (resting) {
            this.resting.add(entry);
        } else {
            queue.add(entry);
        }
    }

    /** Only of a file under its name, in a directory whose changes are told, nothing is missed. */
    private boolean mayRest(LogStream stream) {
        if (restless) {
            return false;
        }
        Generation active = stream.active().orElse(null);
        if (active == null) {
            return true;
        }
        Path directory = active.path().getParent();
        return active.place() == Generation.Place.LIVE
                && !active.isCompressed()
                && waitsForTheFile(active)
                && stream.trouble().isEmpty()
                && directory != null
                && covered.contains(directory);
    }

    /** Whether only a change of its file brings it on, and not the time, a handle or a commit. */
    private static boolean waitsForTheFile(Generation active) {
        FileTail tail = active.tail();
        return tail == null ? active.isParked() && active.behind() == 0 : !tail.isHolding();
    }

    /** After a commit, or what became of it. */
    void committed(long nowNanos) {
        for (LogStream stream : read) {
            if (stream.dueNanos() == 0) {
                put(stream, nowNanos, false);
            }
        }
        read.clear();
    }

    /**
     * After a look at the directories.
     *
     * @param told directories whose changes are told
     */
    void looked(Collection<LogStream> streams, Set<Path> told, boolean renamed, long nowNanos) {
        covered = told;
        rest = ScanPace.seldom(streams.size());
        if (renamed) {
            byPath.clear();
        }
        changed(streams, nowNanos);
        if (renamed) {
            streams.forEach(this::index);
        }
    }

    /** After a look at the directories that found them as they were: what else changed. */
    void changed(Collection<LogStream> streams, long nowNanos) {
        for (LogStream stream : streams) {
            Entry entry = entries.get(stream);
            if (entry == null
                    || entry.active != stream.active().orElse(null)
                    || (entry.resting && !mayRest(stream))) {
                now(stream, nowNanos);
            }
        }
    }

    private void index(LogStream stream) {
        for (Generation generation : stream.generations()) {
            if (generation.onDisk() || generation.tail() != null) {
                byPath.computeIfAbsent(generation.path(), _ -> new ArrayList<>(1))
                        .add(new Place(stream, generation));
            }
        }
    }

    /**
     * What the system tells.
     *
     * @return whether a file changed that only a look at the directories takes up again
     */
    boolean hinted(Changes changes, Collection<LogStream> streams, long nowNanos) {
        boolean ended = false;
        if (changes.everything()) {
            for (LogStream stream : streams) {
                now(stream, nowNanos);
            }
        }
        for (Path file : changes.files()) {
            for (Place place : byPath.getOrDefault(file, List.of())) {
                now(place.stream(), nowNanos);
                ended |= place.generation().isOver();
            }
        }
        return ended;
    }

    private void now(LogStream stream, long nowNanos) {
        stream.dueAt(nowNanos, 0);
        put(stream, nowNanos, false);
    }
}
