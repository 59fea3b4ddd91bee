package io.moor.shipper.tail;

import io.moor.shipper.frame.Framer;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.SkippedRange;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps account of bytes that become no record, block by block: which they are, and which of them
 * no record has told yet. Between the framer and whoever takes the lines. Not thread-safe.
 */
final class Skipping implements Framer.Lines {

    private final Framer.Lines lines;
    private final List<SkippedRange> inBlock = new ArrayList<>();
    private List<SkippedRange> untold;

    /**
     * @param untold ranges behind the last record
     */
    Skipping(List<SkippedRange> untold, Framer.Lines lines) {
        this.untold = untold;
        this.lines = lines;
    }

    /** Skipped ranges of this block, in order. */
    List<SkippedRange> inBlock() {
        return inBlock;
    }

    /** Ranges before the line that is being taken, or behind the last one. */
    List<SkippedRange> untold() {
        return untold;
    }

    @Override
    public void line(byte[] buffer, int from, int to, long spanStart, long spanEnd, int flags) {
        lines.line(buffer, from, to, spanStart, spanEnd, flags);
        if ((flags & LogHeaders.DEAD_LETTER) == 0) {
            untold = List.of();
            return;
        }
        SkippedRange range = new SkippedRange(spanStart, spanEnd, SkippedRange.DEAD_LETTER);
        inBlock.add(range);
        List<SkippedRange> all = new ArrayList<>(untold);
        if (!all.isEmpty() && all.getLast().isContinuedBy(range)) {
            range = new SkippedRange(all.removeLast().start(), range.end(), range.reason());
        }
        all.add(range);
        untold = List.copyOf(all);
    }
}
