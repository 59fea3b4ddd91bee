package io.moor.shipper.frame;

import java.util.List;

/**
 * Go's panics and fatal errors: the message, the signal, and the stacks of the goroutines to the
 * exit status.
 */
final class GoTraces implements Grouping {

    private static final List<byte[]> STARTS =
            List.of(
                    Ascii.bytes("panic: "),
                    Ascii.bytes("fatal error: "),
                    Ascii.bytes("runtime: "),
                    Ascii.bytes("SIGQUIT: "),
                    Ascii.bytes("SIGABRT: "),
                    Ascii.bytes("SIGSEGV: "));
    private static final byte[] PANIC_SERVING = Ascii.bytes("http: panic serving ");
    private static final byte[] GOROUTINE = Ascii.bytes("goroutine ");
    private static final byte[] CREATED_BY = Ascii.bytes("created by ");
    private static final byte[] SIGNAL = Ascii.bytes("[signal ");
    private static final byte[] RECOVERED = Ascii.bytes("[recovered");
    private static final byte[] EXIT = Ascii.bytes("exit status ");
    private static final byte[] ELIDED = Ascii.bytes("...additional frames elided...");

    private boolean inside;

    @Override
    public void begin(boolean within) {
        inside = within;
    }

    @Override
    public Verdict next(byte[] text, int from, int to) {
        if (inside) {
            if (from == to) {
                return Verdict.MAY_CONTINUE;
            }
            if (Ascii.startsWith(text, from, to, EXIT)) {
                inside = false;
                return Verdict.CONTINUES;
            }
            if (belongs(text, from, to)) {
                return Verdict.CONTINUES;
            }
        }
        inside = begins(text, from, to);
        return Verdict.BEGINS;
    }

    private static boolean begins(byte[] text, int from, int to) {
        for (byte[] start : STARTS) {
            if (Ascii.startsWith(text, from, to, start)) {
                return true;
            }
        }
        return isGoroutine(text, from, to) || Ascii.contains(text, from, to, PANIC_SERVING);
    }

    private static boolean belongs(byte[] text, int from, int to) {
        return text[from] == '\t'
                || isGoroutine(text, from, to)
                || Ascii.startsWith(text, from, to, CREATED_BY)
                || Ascii.startsWith(text, from, to, SIGNAL)
                || Ascii.startsWith(text, from, to, RECOVERED)
                || Ascii.startsWith(text, from, to, ELIDED)
                || isCall(text, from, to);
    }

    /** {@code goroutine 1 [running]:}. */
    private static boolean isGoroutine(byte[] text, int from, int to) {
        return Ascii.startsWith(text, from, to, GOROUTINE) && text[to - 1] == ':';
    }

    /** {@code net/http.(*conn).serve(0xc000, {0x1, 0x2})}: a path without blanks, and arguments. */
    private static boolean isCall(byte[] text, int from, int to) {
        if (text[to - 1] != ')') {
            return false;
        }
        boolean dot = false;
        for (int at = from; at < to; at++) {
            if (text[at] == ' ') {
                return false;
            }
            dot |= text[at] == '.';
            if (text[at] == '(' && dot && at > from && text[at - 1] != '.') {
                return true;
            }
        }
        return false;
    }
}
