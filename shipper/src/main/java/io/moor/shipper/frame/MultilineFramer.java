package io.moor.shipper.frame;

import io.moor.shipper.frame.Grouping.Verdict;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

import java.nio.charset.Charset;

/**
 * Lines that belong together are a record, flagged {@code multiline}; its value has the line ends
 * between them as they were written. The committed place is the beginning of an event, unless one
 * was too long, or was shipped because nothing followed for a while: lines that go on with an event
 * that is shipped, at the head of the next generation too, are flagged {@code continued}.
 */
public final class MultilineFramer implements Framer {

    /** Of lines that may belong to an event; more of them do not. */
    private static final int DOUBTFUL_BYTES = 4096;

    private final Encoding encoding;
    private final Limits limits;
    private final Pieces pieces;
    private final Texts texts;
    private LineEnds ends;

    /** The event that is being read, in the buffer; lines after its end may belong to it. */
    private int spanStart;

    private int contentStart;
    private int contentEnd;
    private int spanEnd;
    private int lineCount;
    private boolean goesOn;

    public MultilineFramer(Encoding encoding, Limits limits, Multiline multiline) {
        this.encoding = encoding;
        this.limits = limits;
        this.pieces = new Pieces(limits);
        this.texts = new Texts(multiline.grouping(), limits.maxLine());
        this.ends = encoding.ends(new byte[0], 0, 0);
    }

    @Override
    public void reset(OpenLine openLine, byte[] head) {
        pieces.reset(openLine);
        if (head.length > 0) {
            ends = encoding.ends(head, 0, head.length);
        }
    }

    @Override
    public int frame(byte[] buffer, int from, int to, long offset, Until until, Lines lines) {
        if (offset == 0) {
            ends = encoding.ends(buffer, from, to);
        }
        long base = offset - from;
        texts.begin(pieces.open() != OpenLine.NONE);
        int start = from;
        int content = from + (offset == 0 ? encoding.markLength(buffer, from, to) : 0);
        beginAt(from, content);
        while (true) {
            int feed = ends.indexOf(buffer, content, to, base);
            if (feed < 0) {
                break;
            }
            int next = feed + ends.unit();
            take(buffer, start, content, ends.contentEnd(buffer, content, feed), next, base, lines);
            start = next;
            content = next;
        }
        boolean unterminated = start < to;
        boolean tooLong = to - content >= limits.longest() + 2 * ends.unit();
        if (unterminated && (until == Until.END || tooLong)) {
            take(buffer, start, content, to, to, base, lines);
            if (until == Until.END) {
                close(buffer, to, base, LogHeaders.PARTIAL, lines);
                return to - from;
            }
        } else if (until != Until.COMPLETE && !goesOnWith(buffer, content, to)) {
            close(buffer, start, base, 0, lines);
            return start - from;
        }
        head(buffer, base, lines);
        return spanStart - from;
    }

    /** Whether an unterminated line looks as if it belonged to the event before it. */
    private boolean goesOnWith(byte[] buffer, int content, int to) {
        return content < to
                && lineCount > 0
                && texts.next(ends, buffer, content, to) != Verdict.BEGINS;
    }

    private void beginAt(int at, int content) {
        spanStart = at;
        contentStart = content;
        contentEnd = content;
        spanEnd = at;
        lineCount = 0;
        goesOn = false;
    }

    private void take(
            byte[] buffer, int start, int content, int end, int next, long base, Lines lines) {
        Verdict verdict = texts.next(ends, buffer, content, end);
        if (lineCount == 0) {
            boolean rest = pieces.open() != OpenLine.NONE;
            begin(start, content, end, next, !rest && verdict == Verdict.CONTINUES);
        } else if (verdict == Verdict.CONTINUES) {
            lineCount += count(buffer, spanEnd, start, base) + 1;
            contentEnd = end;
            spanEnd = next;
        } else if (verdict == Verdict.BEGINS || next - spanEnd > DOUBTFUL_BYTES) {
            emit(buffer, base, 0, OpenLine.NONE, lines);
            singly(buffer, start, base, lines);
            begin(start, content, end, next, false);
        }
    }

    private void begin(int start, int content, int end, int next, boolean continues) {
        beginAt(start, content);
        contentEnd = end;
        spanEnd = next;
        lineCount = 1;
        goesOn = continues;
    }

    private int count(byte[] buffer, int from, int to, long base) {
        int many = 0;
        for (int at = from; at < to; many++) {
            at = ends.indexOf(buffer, at, to, base) + ends.unit();
        }
        return many;
    }

    /** Everything before {@code to} is shipped; the last of it with some flags. */
    private void close(byte[] buffer, int to, long base, int flags, Lines lines) {
        OpenLine after = flags == 0 ? OpenLine.NONE : OpenLine.PARTIAL;
        if (lineCount > 0) {
            boolean whole = spanEnd == to;
            emit(buffer, base, whole ? flags : 0, whole ? after : OpenLine.NONE, lines);
        }
        if (spanEnd < to) {
            singly(buffer, to, base, lines);
        }
        if (spanEnd < to) {
            begin(spanEnd, spanEnd, to, to, false);
            emit(buffer, base, flags, after, lines);
        }
    }

    /** Ships the event that is being read; the place is behind it then. */
    private void emit(byte[] buffer, long base, int flags, OpenLine after, Lines lines) {
        int all =
                flags
                        | (lineCount > 1 ? LogHeaders.MULTILINE : 0)
                        | (goesOn ? LogHeaders.CONTINUED : 0);
        pieces.text(
                ends,
                buffer,
                contentStart,
                contentEnd,
                spanStart,
                spanEnd,
                base,
                all,
                after,
                lines);
        beginAt(spanEnd, spanEnd);
    }

    /** Complete lines that did not belong to the event before them after all. */
    private void singly(byte[] buffer, int to, long base, Lines lines) {
        for (int start = spanEnd; start < to; start = spanEnd) {
            int feed = ends.indexOf(buffer, start, to, base);
            if (feed < 0) {
                return;
            }
            begin(start, start, ends.contentEnd(buffer, start, feed), feed + ends.unit(), false);
            emit(buffer, base, 0, OpenLine.NONE, lines);
        }
    }

    /** An event over the limit does not wait for its end. */
    private void head(byte[] buffer, long base, Lines lines) {
        int begun =
                pieces.head(
                        ends,
                        buffer,
                        contentStart,
                        contentEnd,
                        spanStart,
                        base,
                        lineCount > 1 ? LogHeaders.MULTILINE : 0,
                        lines);
        if (begun != spanStart) {
            beginAt(begun, begun);
        }
    }

    @Override
    public Charset charset() {
        return ends.charset();
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
        // An event, lines that may belong to it, and a line.
        return 2 * limits.longest() + DOUBTFUL_BYTES + encoding.longestMark() + 4 * ends.unit();
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
