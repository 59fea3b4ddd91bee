package io.moor.shipper.frame;

import java.nio.charset.StandardCharsets;

/** Looks at the ASCII part of lines. */
final class Ascii {

    private Ascii() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Position of the first byte that is neither space nor tab. */
    static int afterBlanks(byte[] text, int from, int to) {
        int at = from;
        while (at < to && (text[at] == ' ' || text[at] == '\t')) {
            at++;
        }
        return at;
    }

    /** Position of a character, or -1. */
    static int indexOf(byte[] text, int from, int to, char what) {
        for (int at = from; at < to; at++) {
            if (text[at] == what) {
                return at;
            }
        }
        return -1;
    }

    static boolean startsWith(byte[] text, int from, int to, byte[] start) {
        if (to - from < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (text[from + i] != start[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean endsWith(byte[] text, int from, int to, byte[] end) {
        return to - from >= end.length && startsWith(text, to - end.length, to, end);
    }

    static boolean contains(byte[] text, int from, int to, byte[] what) {
        for (int at = from; at <= to - what.length; at++) {
            if (startsWith(text, at, to, what)) {
                return true;
            }
        }
        return false;
    }

    static boolean isLetter(byte at) {
        return (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z');
    }

    static boolean isDigit(byte at) {
        return at >= '0' && at <= '9';
    }

    /** Of a name in Java, Python or Go; bytes of other alphabets count as letters. */
    static boolean isWord(byte at) {
        return isLetter(at) || isDigit(at) || at == '_' || at == '$' || at < 0;
    }

    /**
     * End of a name with dots in it, such as {@code java.io.IOException}; {@code from} for none.
     */
    static int afterName(byte[] text, int from, int to) {
        int at = from;
        while (at < to && (isWord(text[at]) || text[at] == '.')) {
            at++;
        }
        return at;
    }
}
