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

    /** Of files from which a rule takes everything, with different reasons. */
    private static final int MOST_UNTOLD = 128;

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

    /** Skipped ranges of this block, in order; those without a record between them are one. */
    List<SkippedRange> inBlock() {
        return inBlock;
    }

    /** Ranges before the line that is being taken, or behind the last one. */
    List<SkippedRange> untold() {
        return untold;
    }

    @Override
    public void line(byte[] buffer, int from, int to, long spanStart, long spanEnd, int flags) {
        boolean leftOut = (flags & LogHeaders.LEFT_OUT) != 0;
        if (!leftOut) {
            lines.line(buffer, from, to, spanStart, spanEnd, flags);
        }
        if (!leftOut && (flags & LogHeaders.DEAD_LETTER) == 0) {
            untold = List.of();
            return;
        }
        SkippedRange range = new SkippedRange(spanStart, spanEnd, reason(flags));
        inBlock(range);
        List<SkippedRange> all = new ArrayList<>(untold);
        if (!all.isEmpty() && all.getLast().isContinuedBy(range)) {
            range = new SkippedRange(all.removeLast().start(), range.end(), range.reason());
        }
        all.add(range);
        if (all.size() > MOST_UNTOLD) {
            // Nobody reads so many reasons; that no byte is missing matters.
            SkippedRange first = all.removeFirst();
            all.set(0, new SkippedRange(first.start(), all.getFirst().end(), first.reason()));
        }
        untold = List.copyOf(all);
    }

    private void inBlock(SkippedRange range) {
        SkippedRange before = inBlock.isEmpty() ? null : inBlock.getLast();
        if (before != null && before.end() == range.start()) {
            inBlock.set(
                    inBlock.size() - 1,
                    new SkippedRange(before.start(), range.end(), before.reason()));
        } else {
            inBlock.add(range);
        }
    }

    private static String reason(int flags) {
        if ((flags & LogHeaders.DROPPED) != 0) {
            return SkippedRange.DROP;
        }
        return (flags & LogHeaders.SAMPLED) != 0 ? SkippedRange.SAMPLE : SkippedRange.DEAD_LETTER;
    }
}
