package io.moor.shipper.frame;

import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

import java.nio.charset.Charset;

/**
 * A line is a record. A line end is LF or CRLF, as the encoding writes them; a byte order mark at
 * the start of a file belongs to the first span and not to its value. No bytes are decoded.
 */
public final class LineFramer implements Framer {

    private final Encoding encoding;
    private final Limits limits;
    private final Pieces pieces;
    private LineEnds ends;
    private boolean endsKnown;

    public LineFramer(Encoding encoding, Limits limits) {
        this.encoding = encoding;
        this.limits = limits;
        this.pieces = new Pieces(limits);
        this.ends = encoding.ends(new byte[0], 0, 0);
    }

    @Override
    public void reset(OpenLine openLine, byte[] head) {
        pieces.reset(openLine);
        endsKnown = head.length > 0;
        if (endsKnown) {
            ends = encoding.ends(head, 0, head.length);
        }
    }

    @Override
    public int frame(byte[] buffer, int from, int to, long offset, Until until, Lines lines) {
        if (offset == 0 || !endsKnown) {
            ends = encoding.ends(buffer, from, to);
            endsKnown = true;
        }
        long base = offset - from;
        int start = from;
        int content = from + (offset == 0 ? encoding.markLength(buffer, from, to) : 0);
        while (true) {
            int feed = ends.indexOf(buffer, content, to, base);
            if (feed < 0) {
                break;
            }
            int next = feed + ends.unit();
            int end = ends.contentEnd(buffer, content, feed);
            pieces.text(ends, buffer, content, end, start, next, base, 0, OpenLine.NONE, lines);
            start = next;
            content = next;
        }
        int rest = pieces.head(ends, buffer, content, to, start, base, 0, lines);
        if (rest != start) {
            start = rest;
            content = rest;
        }
        if (until == Until.END && start < to) {
            pieces.text(
                    ends,
                    buffer,
                    content,
                    to,
                    start,
                    to,
                    base,
                    LogHeaders.PARTIAL,
                    OpenLine.PARTIAL,
                    lines);
            start = to;
        }
        return start - from;
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
        return limits.longest() + encoding.longestMark() + 2 * ends.unit();
    }

    @Override
    public boolean leavesOut() {
        return limits.deadLetters();
    }

    @Override
    public boolean holdsEvents() {
        return false;
    }
}
