package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.frame.Framer;
import io.moor.shipper.kafka.LogSink;
import io.moor.shipper.tail.FileTail;
import io.moor.shipper.tail.ReadBuffer;
import io.moor.shipper.tail.ReadResult;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * One stream's turn: at most one block of its oldest generation that is not over, straight into the
 * transaction. Decides when a rotated generation is over.
 */
final class StreamReader {

    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);

    /** A renamed file may still be written by whoever has it open; so long it must be quiet. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    /** The same, when the next generation has content: the writer has moved on. */
    private static final Duration QUIET_AFTER_SUCCESSOR = Duration.ofMillis(200);

    /** The same, when a process is seen that has it open for writing. */
    private static final Duration QUIET_AND_HELD = Duration.ofSeconds(10);

    /** Generations that one turn may end. */
    private static final int MOST_AT_ONCE = 64;

    private static final long ENOUGH_BYTES = 64 << 10;

    private final RotatedWriters writers;
    private final ReadBuffer buffer = new ReadBuffer();
    private boolean rewrites;
    private final InstantSource clock;

    private final ParkedFiles parked;

    StreamReader(InstantSource clock, ParkedFiles parked, OpenWriters writers) {
        this.writers = new RotatedWriters(writers);
        this.clock = clock;
        this.parked = parked;
    }

    /** How a stream is read. */
    enum Mode {
        /** Follow for ever; an unterminated last line waits. */
        FOLLOW,
        /** To the end that is there now, an unterminated last line included. */
        TO_END
    }

    /**
     * Reads a block, or the small rests of several generations one after the other.
     *
     * @param sink where lines go; may throw a KafkaException, after which everything is rolled back
     * @param framer for the line limit of the stream's topic
     * @return bytes read
     */
    long turn(LogStream stream, LogSink sink, Framer framer, Mode mode, long nowNanos)
            throws IOException {
        long bytes = 0;
        for (int many = 0; many < MOST_AT_ONCE && bytes < ENOUGH_BYTES; many++) {
            Generation generation = stream.active().orElse(null);
            if (generation == null) {
                break;
            }
            bytes += turn(stream, generation, sink, framer, mode, nowNanos);
            if (!generation.isOver()) {
                break;
            }
        }
        return bytes;
    }

    /** Whether there is nothing new in the file that is read; only of one under its name. */
    boolean isStill(LogStream stream) {
        Generation generation = stream.active().orElse(null);
        if (generation == null) {
            return true;
        }
        FileTail tail = generation.tail();
        try {
            return tail != null ? tail.isStill(clock.millis()) : parked.isStill(generation);
        } catch (IOException unreadable) {
            // Its turn tells.
            return false;
        }
    }

    private long turn(
            LogStream stream,
            Generation generation,
            LogSink sink,
            Framer framer,
            Mode mode,
            long nowNanos)
            throws IOException {
        if (generation.isParked() && !wake(stream, generation, mode, nowNanos)) {
            return 0;
        }
        FileTail tail = generation.tail();
        if (tail == null) {
            return 0;
        }
        boolean flush = mode == Mode.TO_END || tail.isFinal();
        long sizeBefore = tail.size();
        boolean news = tail.hasNews(clock.millis());
        Framer.Until until =
                flush
                        ? Framer.Until.END
                        : !news && hasClosedItself(generation, tail, nowNanos)
                                ? Framer.Until.QUIET
                                : Framer.Until.COMPLETE;
        // An unterminated rest that did not grow is not read again and again.
        if (!news && until == Framer.Until.COMPLETE) {
            endIfQuiet(stream, generation, tail, sink, framer, nowNanos);
            return 0;
        }
        long before = tail.working().offset();
        ReadResult result = read(stream, generation, tail, sink, framer, until);
        long bytes = tail.working().offset() - before;
        if (tail.size() != sizeBefore) {
            generation.grown(nowNanos);
            stream.changed();
        }
        if (bytes > 0) {
            generation.changed(nowNanos);
            stream.touch();
        }
        switch (result) {
            case LINES, LATER -> {}
            case END -> {
                if (flush) {
                    finish(stream, generation);
                } else {
                    endIfQuiet(stream, generation, tail, sink, framer, nowNanos);
                }
            }
            case REWRITTEN -> rewritten(stream, generation, sizeBefore, tail.size(), nowNanos);
        }
        return bytes;
    }

    /** An event of several lines is complete, too, when nothing was written for a while. */
    private static boolean hasClosedItself(Generation generation, FileTail tail, long nowNanos) {
        return tail.isHolding() && generation.still(nowNanos).compareTo(QUIET) >= 0;
    }

    private boolean wake(LogStream stream, Generation generation, Mode mode, long nowNanos)
            throws IOException {
        return switch (parked.look(generation, nowNanos)) {
            case OPEN -> {
                stream.changed();
                yield true;
            }
            case WAITING -> {
                stream.changed();
                yield false;
            }
            case GONE -> false;
            case NOTHING_NEW -> {
                if (mode == Mode.TO_END
                        || (generation.place() == Generation.Place.RENAMED
                                && isQuiet(stream, generation, false, nowNanos))) {
                    finish(stream, generation);
                }
                yield false;
            }
            case REWRITTEN -> {
                rewritten(stream, generation, generation.sizeSeen(), 0, nowNanos);
                yield false;
            }
        };
    }

    private ReadResult read(
            LogStream stream,
            Generation generation,
            FileTail tail,
            LogSink sink,
            Framer framer,
            Framer.Until until)
            throws IOException {
        long nowMillis = clock.millis();
        byte[] prefix = generation.spanPrefix();
        Framer.Lines lines =
                (bytes, from, to, start, end, flags) ->
                        sink.line(
                                stream.target(),
                                prefix,
                                bytes,
                                from,
                                to,
                                start,
                                end,
                                flags,
                                framer.timestamp(nowMillis),
                                tail.skippedBefore());
        return tail.read(buffer, framer, lines, nowMillis, Long.MAX_VALUE, until);
    }

    private static void finish(LogStream stream, Generation generation) {
        switch (generation.place()) {
            case LIVE, UNKNOWN -> {
                if (generation.isCompressed()) {
                    generation.end(End.ROTATED);
                    stream.touch();
                } else {
                    generation.finishForNow();
                }
            }
            case RENAMED -> {
                generation.end(End.ROTATED);
                stream.touch();
            }
            case DELETED -> {
                generation.end(End.DELETED);
                stream.touch();
            }
        }
    }

    /** A generation without its name is over when it was read to its end and stays quiet. */
    private void endIfQuiet(
            LogStream stream,
            Generation generation,
            FileTail tail,
            LogSink sink,
            Framer framer,
            long nowNanos)
            throws IOException {
        if (generation.place() != Generation.Place.RENAMED
                && generation.place() != Generation.Place.DELETED) {
            return;
        }
        boolean unterminated = tail.size() > tail.working().offset();
        if (!isQuiet(stream, generation, unterminated, nowNanos)) {
            return;
        }
        long sizeBefore = tail.size();
        ReadResult last = read(stream, generation, tail, sink, framer, Framer.Until.END);
        if (last == ReadResult.REWRITTEN) {
            rewritten(stream, generation, sizeBefore, tail.size(), nowNanos);
        } else {
            finish(stream, generation);
        }
    }

    private boolean isQuiet(
            LogStream stream, Generation generation, boolean unterminated, long nowNanos) {
        if (stream.isSpooled()) {
            return true;
        }
        Duration needed =
                stream.hasSuccessorWithContent(generation) && !unterminated
                        ? QUIET_AFTER_SUCCESSOR
                        : QUIET;
        // That it is read does not count: old files are caught up with without a pause.
        Duration quiet = generation.still(nowNanos);
        return quiet.compareTo(needed) >= 0
                && (quiet.compareTo(QUIET_AND_HELD) >= 0
                        || writers.haveLeft(stream, generation, nowNanos));
    }

    private void rewritten(
            LogStream stream, Generation generation, long sizeBefore, long sizeNow, long nowNanos)
            throws IOException {
        LOG.atWarn()
                .addKeyValue("file", generation.path())
                .addKeyValue("fileId", generation.fileId())
                .addKeyValue("committed", generation.committedOffset())
                .addKeyValue("sizeBefore", sizeBefore)
                .addKeyValue("size", sizeNow)
                .log(
                        "file was truncated or written anew in place; what was written to it"
                            + " between the last look and then is lost, the new content follows as"
                            + " a new generation");
        Optional<Generation> next = generation.writtenAnew(nowNanos);
        generation.rewritten(sizeBefore);
        if (next.isPresent()) {
            stream.addAfter(generation, next.get());
            parked.opened(next.get());
        } else {
            stream.touch();
            rewrites = true;
        }
    }

    /** Whether a file was found rewritten since the last question: the next scan begins it anew. */
    boolean sawRewrite() {
        boolean saw = rewrites;
        rewrites = false;
        return saw;
    }
}
