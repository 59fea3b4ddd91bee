package io.moor.shipper.frame;

import java.util.List;

/**
 * Python's tracebacks: from {@code Traceback (most recent call last):} to the line of the
 * exception, with those it was raised from or during. A traceback belongs to the line before it
 * when that one tells of an error, as {@code logging.exception} writes it; else it is an event
 * itself.
 */
final class PythonTraces implements Grouping {

    private static final byte[] TRACEBACK = Ascii.bytes("Traceback (most recent call last):");
    private static final byte[] GROUP_TRACEBACK =
            Ascii.bytes("Exception Group Traceback (most recent call last):");
    private static final List<byte[]> BETWEEN =
            List.of(
                    Ascii.bytes(
                            "During handling of the above exception, another exception occurred:"),
                    Ascii.bytes(
                            "The above exception was the direct cause of the following"
                                    + " exception:"));
    private static final List<byte[]> ALARMS =
            List.of(
                    Ascii.bytes("ERROR"),
                    Ascii.bytes("CRITICAL"),
                    Ascii.bytes("FATAL"),
                    Ascii.bytes("WARN"),
                    Ascii.bytes("error"),
                    Ascii.bytes("rror:"),
                    Ascii.bytes("xception"));

    private enum State {
        /** Nothing is open that a line could continue. */
        OUTSIDE,
        /** After a line that tells of an error. */
        ALARMED,
        /** Frames and their source lines. */
        FRAMES,
        /** The exception was told; a blank line and another traceback may follow. */
        TOLD,
        /** A sentence between two tracebacks was read. */
        BETWEEN_TWO
    }

    private State state = State.OUTSIDE;

    @Override
    public void begin(boolean within) {
        state = within ? State.TOLD : State.OUTSIDE;
    }

    @Override
    public Verdict next(byte[] text, int from, int to) {
        int at = Ascii.afterBlanks(text, from, to);
        boolean blank = at == to;
        if (Ascii.startsWith(text, at, to, TRACEBACK)
                || Ascii.startsWith(text, at, to, GROUP_TRACEBACK)
                || (at < to && text[at] == '+' && Ascii.contains(text, at, to, GROUP_TRACEBACK))) {
            boolean joins = state == State.ALARMED || state == State.BETWEEN_TWO || at > from;
            state = State.FRAMES;
            return joins ? Verdict.CONTINUES : Verdict.BEGINS;
        }
        return switch (state) {
            case FRAMES -> inFrames(text, from, to, at, blank);
            case TOLD -> afterwards(text, from, to, at, blank);
            case BETWEEN_TWO -> {
                if (blank) {
                    yield Verdict.MAY_CONTINUE;
                }
                yield outside(text, from, to);
            }
            case OUTSIDE, ALARMED -> outside(text, from, to);
        };
    }

    private Verdict inFrames(byte[] text, int from, int to, int at, boolean blank) {
        if (at > from && !blank) {
            return Verdict.CONTINUES;
        }
        if (!blank && isException(text, from, to)) {
            state = State.TOLD;
            return Verdict.CONTINUES;
        }
        return blank ? Verdict.MAY_CONTINUE : outside(text, from, to);
    }

    private Verdict afterwards(byte[] text, int from, int to, int at, boolean blank) {
        if (blank) {
            return Verdict.MAY_CONTINUE;
        }
        for (byte[] sentence : BETWEEN) {
            if (Ascii.startsWith(text, at, to, sentence)) {
                state = State.BETWEEN_TWO;
                return Verdict.CONTINUES;
            }
        }
        // The rest of a message of several lines, and the bars of an exception group.
        if (at > from) {
            return Verdict.CONTINUES;
        }
        return outside(text, from, to);
    }

    private Verdict outside(byte[] text, int from, int to) {
        state = State.OUTSIDE;
        for (byte[] alarm : ALARMS) {
            if (Ascii.contains(text, from, to, alarm)) {
                state = State.ALARMED;
                break;
            }
        }
        return Verdict.BEGINS;
    }

    /** A name, and then nothing or a colon. */
    private static boolean isException(byte[] text, int from, int to) {
        int end = Ascii.afterName(text, from, to);
        return end > from && (end == to || text[end] == ':');
    }
}
