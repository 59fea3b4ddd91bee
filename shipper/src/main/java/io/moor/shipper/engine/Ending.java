package io.moor.shipper.engine;

import io.moor.shipper.stream.StreamKey;
import io.moor.shipper.tail.FileTail;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** When a drain has seen everything. */
final class Ending {

    private static final Duration QUIET = Duration.ofSeconds(1);

    private final StreamBook book;
    private final OpenWriters writers = new OpenWriters();

    Ending(StreamBook book) {
        this.book = book;
    }

    /** Whether every file was read to its end, an unterminated line included. */
    boolean allRead() {
        return book.unopened().isEmpty() && book.streams().stream().allMatch(LogStream::isRead);
    }

    /** The same, after a look at every file that was read to its end some time ago. */
    boolean allReadStill(long nowNanos) {
        book.lookAtAllEnded(nowNanos);
        return allRead();
    }

    /** Whether what is open is read, and the rest cannot be read now. */
    boolean nothingReadable() {
        return book.streams().stream()
                .allMatch(stream -> stream.active().filter(Generation::canBeRead).isEmpty());
    }

    /** Whether nothing is unread but unterminated lines, and nobody is going to write more. */
    boolean quiet(long nowNanos) {
        return book.unopened().isEmpty()
                && book.streams().stream().allMatch(stream -> quiet(stream, nowNanos));
    }

    private boolean quiet(LogStream stream, long nowNanos) {
        return stream.generations().stream()
                .filter(Generation::isUnread)
                .allMatch(generation -> quiet(stream, generation, nowNanos));
    }

    private boolean quiet(LogStream stream, Generation generation, long nowNanos) {
        FileTail tail = generation.tail();
        try {
            if (generation.isParked()) {
                return Files.size(generation.path()) == generation.sizeSeen()
                        && generation.quiet(nowNanos).compareTo(QUIET) >= 0;
            }
            if (tail == null) {
                return false;
            }
            long before = tail.size();
            if (tail.hasNews()) {
                if (tail.size() != before) {
                    // Its reader will not see that by the size any more.
                    generation.grown(nowNanos);
                }
                return false;
            }
        } catch (IOException e) {
            return false;
        }
        // Who writes to a spool has ended before the drain is ordered.
        return stream.isSpooled()
                || writers.haveLeft(FileKey.of(generation.physical()))
                || generation.quiet(nowNanos).compareTo(QUIET) >= 0;
    }

    /** Looks who writes. */
    void look() {
        writers.look(
                book.streams().stream()
                        .flatMap(stream -> stream.generations().stream())
                        .filter(Generation::isReadable)
                        .map(generation -> FileKey.of(generation.physical()))
                        .collect(Collectors.toSet()));
    }

    /** The streams of which only unterminated lines are unread, and nobody writes more. */
    Set<LogStream> quietStreams(long nowNanos) {
        return book.streams().stream()
                .filter(stream -> quiet(stream, nowNanos))
                .collect(Collectors.toSet());
    }

    /** Of some streams those that may be sealed: what an abort took back is unread again. */
    Set<LogStream> read(Set<LogStream> streams) {
        Set<StreamKey> unopened =
                book.unopened().stream().map(Unopened::key).collect(Collectors.toSet());
        return streams.stream()
                .filter(stream -> stream.isRead() && !unopened.contains(stream.key()))
                .collect(Collectors.toSet());
    }

    Set<LogStream> unsealed() {
        Set<LogStream> unsealed = new HashSet<>(book.streams());
        unsealed.removeIf(LogStream::isSealed);
        return unsealed;
    }

    /** More came: read on. */
    void again() {
        book.streams().forEach(stream -> stream.dueAt(0, 0));
    }
}
