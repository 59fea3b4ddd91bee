package io.moor.shipper.frame;

import io.moor.shipper.frame.ContainerLine.Stream;
import io.moor.shipper.frame.Grouping.Verdict;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The files in which container runtimes keep what applications wrote: the parts of a line are put
 * together, lines are joined to events, for standard output and standard error each by itself,
 * though their lines lie between each other.
 *
 * <p>Events become records in the order in which they begin. The span of one ends where the next
 * one begins, so that every byte of the file is in one span. The committed place never lies within
 * an event: nothing is shipped before a place that no open event spans. A line that is not of the
 * runtime's form is a record as it is.
 */
public final class ContainerFramer implements Framer {

    /** An application's line has parts of 16 KiB; more than this is never held back. */
    private static final int LEAST_HELD_BYTES = 256 << 10;

    private final Limits limits;
    private final ContainerLine.Form form;
    private final LineEnds ends = Encoding.UTF_8.ends(new byte[0], 0, 0);
    private final Pieces pieces;
    private final Map<Stream, Grouping> groupings = new EnumMap<>(Stream.class);
    private final ContainerLine line = new ContainerLine();
    private final List<ContainerEvent> events = new ArrayList<>();

    /** The last event of a stream that may go on, by the lines of its application. */
    private final Map<Stream, ContainerEvent> current = new EnumMap<>(Stream.class);

    /** The event whose last line is not complete. */
    private final Map<Stream, ContainerEvent> unfinished = new EnumMap<>(Stream.class);

    private @Nullable ContainerEvent shown;

    private ContainerFramer(Limits limits, ContainerLine.Form form, Multiline multiline) {
        this.limits = limits;
        this.form = form;
        this.pieces = new Pieces(limits);
        if (multiline.joins()) {
            groupings.put(Stream.STDOUT, multiline.grouping());
            groupings.put(Stream.STDERR, multiline.grouping());
        }
    }

    /** Files of Kubernetes' runtimes. */
    public static ContainerFramer cri(Limits limits, Multiline multiline) {
        return new ContainerFramer(limits, new CriForm(), multiline);
    }

    /** Files of Docker's {@code json-file} driver. */
    public static ContainerFramer docker(Limits limits, Multiline multiline) {
        return new ContainerFramer(limits, new DockerForm(), multiline);
    }

    @Override
    public void reset(OpenLine openLine, byte[] head) {
        pieces.reset(openLine);
    }

    @Override
    public int frame(byte[] buffer, int from, int to, long offset, Until until, Lines lines) {
        long base = offset - from;
        begin();
        int start = from;
        int shipped = from;
        while (true) {
            int feed = ends.indexOf(buffer, start, to, base);
            if (feed < 0) {
                break;
            }
            int next = feed + 1;
            int end = ends.contentEnd(buffer, start, feed);
            if (pieces.open() != OpenLine.NONE) {
                // The rest of a line that was too long, or had no end, is shipped as it is.
                pieces.text(ends, buffer, start, end, start, next, base, 0, OpenLine.NONE, lines);
                shipped = next;
            } else {
                take(buffer, start, end, next);
            }
            start = next;
            if (start - shipped > held()) {
                shipped = ship(start, base, lines);
            }
            if (start - shipped > held()) {
                closeAll(0);
                shipped = ship(start, base, lines);
            }
        }
        boolean tooLong = to - start >= held();
        if (until != Until.COMPLETE || tooLong) {
            closeJoined();
        }
        if (until == Until.END || tooLong) {
            closeAll(LogHeaders.PARTIAL);
        }
        shipped = Math.max(shipped, ship(start, base, lines));
        if (shipped < start) {
            return shipped - from;
        }
        if (until == Until.END && start < to) {
            pieces.text(
                    ends,
                    buffer,
                    start,
                    to,
                    start,
                    to,
                    base,
                    LogHeaders.PARTIAL,
                    OpenLine.PARTIAL,
                    lines);
            return to - from;
        }
        return tooLong
                ? pieces.head(ends, buffer, start, to, start, base, 0, lines) - from
                : start - from;
    }

    private int held() {
        return Math.max(LEAST_HELD_BYTES, 2 * limits.longest());
    }

    private void begin() {
        events.clear();
        current.clear();
        unfinished.clear();
        groupings.values().forEach(grouping -> grouping.begin(false));
    }

    private void take(byte[] buffer, int start, int end, int next) {
        if (!form.read(buffer, start, end, line)) {
            ContainerEvent asItIs = new ContainerEvent(Stream.NEITHER, start, NO_TIME);
            asItIs.add(buffer, start, end);
            asItIs.end = next;
            asItIs.complete = true;
            events.add(asItIs);
            return;
        }
        ContainerEvent event = unfinished.remove(line.stream);
        int length = line.to - line.from;
        if (event != null && event.length() + length > limits.maxLine()) {
            byte[] rest = undivided(event);
            event.flags |= LogHeaders.SPLIT;
            complete(event);
            event = begun(start);
            event.flags |= LogHeaders.SPLIT;
            event.add(rest, 0, rest.length);
        }
        if (event == null) {
            event = begun(start);
        }
        event.add(line.text, line.from, line.to);
        event.end = next;
        event.open = line.partial;
        if (line.partial) {
            unfinished.put(line.stream, event);
        } else {
            join(event);
        }
    }

    /** Takes the end of a line that is cut off it, when it belongs to what the next piece has. */
    private byte[] undivided(ContainerEvent event) {
        int length = event.length();
        if (limits.cuts().ahead() == 0 || length == 0) {
            return new byte[0];
        }
        int ahead = Math.min(line.to - line.from, limits.cuts().ahead());
        byte[] both = Arrays.copyOf(event.bytes(), length + ahead);
        System.arraycopy(line.text, line.from, both, length, ahead);
        return event.cutAt(
                limits.cuts().before(both, 0, length, both.length, StandardCharsets.UTF_8));
    }

    private ContainerEvent begun(int start) {
        ContainerEvent event = new ContainerEvent(line.stream, start, line.millis);
        events.add(event);
        return event;
    }

    /** What is complete in one way: nothing is added, and what may have belonged to it does not. */
    private void complete(ContainerEvent event) {
        event.open = false;
        event.complete = true;
    }

    /** A line of the application is complete: does it belong to the event before it? */
    private void join(ContainerEvent event) {
        Grouping grouping = groupings.get(event.stream);
        if (grouping == null) {
            event.complete = true;
            return;
        }
        Verdict verdict = grouping.next(event.bytes(), 0, event.length());
        ContainerEvent before = current.get(event.stream);
        if (before == null) {
            event.flags |= verdict == Verdict.CONTINUES ? LogHeaders.CONTINUED : 0;
            current.put(event.stream, event);
            return;
        }
        switch (verdict) {
            case MAY_CONTINUE -> event.doubtful = true;
            case BEGINS -> {
                settle(event.stream);
                current.put(event.stream, event);
            }
            case CONTINUES -> {
                if (before.length() + lengthFrom(event) > limits.maxLine()) {
                    before.flags |= LogHeaders.SPLIT;
                    settle(event.stream);
                    event.flags |= LogHeaders.SPLIT;
                    current.put(event.stream, event);
                } else {
                    absorb(before);
                }
            }
        }
    }

    /** The event before an event of the same stream, and what was in doubt, are what they are. */
    private void settle(Stream stream) {
        ContainerEvent before = current.remove(stream);
        if (before != null) {
            before.complete = true;
        }
        for (ContainerEvent each : events) {
            if (each.stream == stream && each.doubtful) {
                each.doubtful = false;
                each.complete = true;
            }
        }
    }

    private int lengthFrom(ContainerEvent last) {
        int length = last.length() + 1;
        for (ContainerEvent each : events) {
            length += each.stream == last.stream && each.doubtful ? each.length() + 1 : 0;
        }
        return length;
    }

    /** Lines in doubt and the newest one belong to an event. */
    private void absorb(ContainerEvent before) {
        events.removeIf(each -> {
            boolean part =
                    each.stream == before.stream && !each.complete && each.start > before.start;
            if (part) {
                before.join(each);
            }
            return part;
        });
    }

    /** Events that only more lines of the application could continue are complete. */
    private void closeJoined() {
        settle(Stream.STDOUT);
        settle(Stream.STDERR);
    }

    private void closeAll(int flagsOfUnfinished) {
        closeJoined();
        for (ContainerEvent event : unfinished.values()) {
            event.flags |= flagsOfUnfinished;
            complete(event);
        }
        unfinished.clear();
    }

    /**
     * Ships what lies before a place that no open event spans.
     *
     * @param end of the complete lines
     * @return that place
     */
    private int ship(int end, long base, Lines lines) {
        int ready = 0;
        int reached = 0;
        int last = events.isEmpty() ? end : events.getFirst().start;
        for (int i = 0; i < events.size() && events.get(i).complete; i++) {
            reached = Math.max(reached, events.get(i).end);
            int next = i + 1 < events.size() ? events.get(i + 1).start : end;
            if (reached <= next) {
                ready = i + 1;
                last = next;
            }
        }
        for (int i = 0; i < ready; i++) {
            int spanEnd = i + 1 < events.size() ? events.get(i + 1).start : end;
            emit(events.get(i), i + 1 < ready ? spanEnd : last, base, lines);
        }
        events.subList(0, ready).clear();
        return last;
    }

    /**
     * Pieces of a value get the bytes of its span one by one and the last one the rest: the
     * runtime's own bytes make it longer than the value, or as long.
     */
    private void emit(ContainerEvent event, int spanEnd, long base, Lines lines) {
        shown = event;
        int flags = event.flags | (event.lines > 1 ? LogHeaders.MULTILINE : 0);
        byte[] bytes = event.bytes();
        int at = 0;
        int start = event.start;
        boolean oversized = event.length() > limits.maxLine();
        while (oversized && event.length() - at > limits.piece()) {
            int cut = limits.cut(ends, bytes, at, event.length(), 0);
            flags |= LogHeaders.SPLIT;
            pieces.value(bytes, at, cut, base + start, base + start + 1, flags, lines);
            flags &= ~LogHeaders.CONTINUED;
            at = cut;
            start++;
        }
        int dead = oversized && limits.deadLetters() ? LogHeaders.DEAD_LETTER : 0;
        pieces.value(bytes, at, event.length(), base + start, base + spanEnd, flags | dead, lines);
        shown = null;
    }

    @Override
    public long eventMillis() {
        return shown == null ? NO_TIME : shown.millis;
    }

    @Override
    public String iostream() {
        if (shown == null) {
            return "";
        }
        return switch (shown.stream) {
            case STDOUT -> "stdout";
            case STDERR -> "stderr";
            case NEITHER -> "";
        };
    }

    @Override
    public OpenLine open() {
        return pieces.open();
    }

    @Override
    public long records() {
        return pieces.records();
    }

    @Override
    public int longestUnframed() {
        return 2 * held() + 2;
    }

    @Override
    public boolean leavesOut() {
        return limits.deadLetters();
    }

    @Override
    public boolean holdsEvents() {
        return true;
    }
}
