package io.moor.shipper.frame;

import java.util.List;

/**
 * Java's stack traces as {@code Throwable.printStackTrace} and the logging libraries write them:
 * the frames, {@code ... n more}, {@code Caused by:}, {@code Suppressed:}, at any depth, and the
 * line of the throwable itself, which belongs to the line that logged it.
 */
final class JavaTraces implements Grouping {

    private static final byte[] AT = Ascii.bytes("at ");
    private static final byte[] MORE = Ascii.bytes("... ");
    private static final byte[] ELLIPSIS_END = Ascii.bytes(" more");
    private static final byte[] OMITTED = Ascii.bytes("common frames omitted");
    private static final byte[] CIRCULAR = Ascii.bytes("[CIRCULAR REFERENCE");
    private static final List<byte[]> CHAINED =
            List.of(
                    Ascii.bytes("Caused by: "),
                    Ascii.bytes("Suppressed: "),
                    Ascii.bytes("Wrapped by: "),
                    Ascii.bytes("nested exception is:"));

    /** How the names of throwables end. */
    private static final List<byte[]> THROWABLES =
            List.of(
                    Ascii.bytes("Exception"),
                    Ascii.bytes("Error"),
                    Ascii.bytes("Throwable"),
                    Ascii.bytes("Failure"),
                    Ascii.bytes("ThreadDeath"));

    @Override
    public void begin(boolean within) {
        // It looks at nothing but the line.
    }

    @Override
    public Verdict next(byte[] text, int from, int to) {
        int at = Ascii.afterBlanks(text, from, to);
        boolean continues =
                (at > from && isFrame(text, at, to))
                        || isChained(text, at, to)
                        || isThrowable(text, from, to);
        return continues ? Verdict.CONTINUES : Verdict.BEGINS;
    }

    private static boolean isFrame(byte[] text, int at, int to) {
        if (Ascii.startsWith(text, at, to, AT)) {
            return true;
        }
        return Ascii.startsWith(text, at, to, MORE)
                && (Ascii.endsWith(text, at, to, ELLIPSIS_END)
                        || Ascii.endsWith(text, at, to, OMITTED));
    }

    private static boolean isChained(byte[] text, int at, int to) {
        for (byte[] start : CHAINED) {
            if (Ascii.startsWith(text, at, to, start)) {
                return true;
            }
        }
        return Ascii.startsWith(text, at, to, CIRCULAR);
    }

    /** A name with a package that ends as throwables' names do, and then nothing or a colon. */
    private static boolean isThrowable(byte[] text, int from, int to) {
        int end = Ascii.afterName(text, from, to);
        if (end == from || (end < to && text[end] != ':')) {
            return false;
        }
        int dots = 0;
        for (int i = from; i < end; i++) {
            dots += text[i] == '.' ? 1 : 0;
        }
        if (dots == 0 || !Ascii.isLetter(text[from])) {
            return false;
        }
        for (byte[] ending : THROWABLES) {
            if (Ascii.endsWith(text, from, end, ending)) {
                return true;
            }
        }
        return false;
    }
}
