package io.moor.shipper.engine;

import io.moor.shipper.tail.FileTail;

import java.io.IOException;
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

    /** Whether every generation was read to its end, an unterminated line included. */
    boolean allRead() {
        return book.streams().stream()
                .allMatch(stream -> stream.active().filter(Generation::isReadable).isEmpty());
    }

    /** Whether nothing is unread but unterminated lines, and nobody is going to write more. */
    boolean quiet(long nowNanos) {
        return book.streams().stream()
                .flatMap(stream -> stream.generations().stream())
                .filter(Generation::isReadable)
                .allMatch(generation -> quiet(generation, nowNanos));
    }

    private boolean quiet(Generation generation, long nowNanos) {
        FileTail tail = generation.tail();
        try {
            if (tail == null || tail.hasNews()) {
                return false;
            }
        } catch (IOException e) {
            return true;
        }
        return writers.haveLeft(generation.path())
                || generation.quiet(nowNanos).compareTo(QUIET) >= 0;
    }

    /** Looks who writes. */
    void look() {
        writers.look(
                book.streams().stream()
                        .flatMap(stream -> stream.generations().stream())
                        .filter(Generation::isReadable)
                        .map(Generation::path)
                        .collect(Collectors.toSet()));
    }

    /** The streams of which nothing is unread, and nobody is going to write more. */
    Set<LogStream> quietStreams(long nowNanos) {
        return book.streams().stream()
                .filter(stream ->
                        stream.generations().stream()
                                .filter(Generation::isReadable)
                                .allMatch(generation -> quiet(generation, nowNanos)))
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
