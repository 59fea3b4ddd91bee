package io.moor.shipper.frame;

import io.moor.shipper.frame.ContainerLine.Stream;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * What a container's application wrote as one event, or may still be writing. Its lines may lie
 * between those of other events in the file.
 */
final class ContainerEvent {

    final Stream stream;

    /** Where its first line begins in the buffer. */
    final int start;

    /** Where its last line ends. */
    int end;

    final long millis;

    /** Flags of its record. */
    int flags;

    /** Whether a line of the application is not complete yet. */
    boolean open;

    /** Whether nothing is added any more. */
    boolean complete;

    /** Whether it may belong to the event before it. */
    boolean doubtful;

    int lines = 1;
    private final Bytes text = new Bytes();

    ContainerEvent(Stream stream, int start, long millis) {
        this.stream = stream;
        this.start = start;
        this.end = start;
        this.millis = millis;
    }

    /** Gives its bytes away without a copy. */
    private static final class Bytes extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }

    void add(byte[] bytes, int from, int to) {
        text.write(bytes, from, to - from);
    }

    /** Ends its text at a place, and returns what was behind it. */
    byte[] cutAt(int place) {
        byte[] all = text.toByteArray();
        text.reset();
        text.write(all, 0, place);
        return Arrays.copyOfRange(all, place, all.length);
    }

    /** Adds the lines of another one, which is part of it. */
    void join(ContainerEvent other) {
        text.write('\n');
        text.write(other.bytes(), 0, other.length());
        lines += other.lines;
        end = Math.max(end, other.end);
    }

    byte[] bytes() {
        return text.bytes();
    }

    int length() {
        return text.size();
    }
}
