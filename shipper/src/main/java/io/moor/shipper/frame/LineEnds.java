package io.moor.shipper.frame;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Where lines end and characters begin in one encoding, in bytes. Positions are in a buffer; {@code
 * base} is the offset in the file of the buffer's first byte, because the two bytes of a UTF-16
 * line feed count only where a character can begin. Immutable.
 */
final class LineEnds {

    private static final int LONGEST_UTF_8 = 4;
    private static final int CHARS_AT_ONCE = 1024;

    private final Charset charset;
    private final byte[] feed;
    private final byte[] carriageReturn;
    private final Characters characters;

    /** What is to be known of an encoding's characters to cut between them. */
    private enum Characters {
        SINGLE_BYTES,
        UTF_8,
        UTF_16_BIG,
        UTF_16_LITTLE,
        FOUR_BYTES,
        OTHER
    }

    LineEnds(Charset charset, byte[] feed, byte[] carriageReturn) {
        this.charset = charset;
        this.feed = feed;
        this.carriageReturn = carriageReturn;
        this.characters = characters(charset, feed.length);
    }

    private static Characters characters(Charset charset, int unit) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return Characters.UTF_8;
        }
        if (unit == 2) {
            return charset.equals(StandardCharsets.UTF_16LE)
                    ? Characters.UTF_16_LITTLE
                    : Characters.UTF_16_BIG;
        }
        if (unit > 2) {
            return Characters.FOUR_BYTES;
        }
        boolean single = charset.canEncode() && charset.newEncoder().maxBytesPerChar() <= 1;
        return single ? Characters.SINGLE_BYTES : Characters.OTHER;
    }

    Charset charset() {
        return charset;
    }

    /** Bytes of a line feed. */
    int unit() {
        return feed.length;
    }

    /** Whether a line feed is the byte 10, so that ASCII characters are their ASCII bytes. */
    boolean isAscii() {
        return feed.length == 1 && feed[0] == '\n';
    }

    /** Position of the first line feed in {@code [from, to)}, or -1. */
    int indexOf(byte[] buffer, int from, int to, long base) {
        if (feed.length == 1) {
            return Newlines.indexOf(buffer, from, to, feed[0]);
        }
        int unit = feed.length;
        int at = from + Math.floorMod(-(base + from), unit);
        for (; at <= to - unit; at += unit) {
            if (stands(feed, buffer, at)) {
                return at;
            }
        }
        return -1;
    }

    /** End of the content of the line {@code [from, feedAt)}: a carriage return is taken off. */
    int contentEnd(byte[] buffer, int from, int feedAt) {
        int at = feedAt - carriageReturn.length;
        return at >= from && at < feedAt && stands(carriageReturn, buffer, at) ? at : feedAt;
    }

    private static boolean stands(byte[] what, byte[] buffer, int at) {
        for (int i = 0; i < what.length; i++) {
            if (buffer[at + i] != what[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Where to cut a text so that no character is split.
     *
     * @param from where the text begins
     * @param at where it would be cut at the latest, more than {@code from}
     * @param to after the last byte that is visible, more than {@code at}
     * @return more than {@code from} and at most {@code at}, which is taken when no character ends
     *     before it
     */
    int cut(byte[] buffer, int from, int at, int to, long base) {
        int cut =
                switch (characters) {
                    case SINGLE_BYTES -> at;
                    case UTF_8 -> cutUtf8(buffer, from, at);
                    case UTF_16_BIG -> cutUtf16(buffer, at, to, base, 0);
                    case UTF_16_LITTLE -> cutUtf16(buffer, at, to, base, 1);
                    case FOUR_BYTES -> at - Math.floorMod(base + at, feed.length);
                    case OTHER -> cutDecoded(buffer, from, at);
                };
        return cut > from ? cut : at;
    }

    private static int cutUtf8(byte[] buffer, int from, int at) {
        for (int cut = at; cut > from && at - cut < LONGEST_UTF_8; cut--) {
            if ((buffer[cut] & 0xC0) != 0x80) {
                return cut;
            }
        }
        return at;
    }

    private static int cutUtf16(byte[] buffer, int at, int to, long base, int highByte) {
        int cut = at - Math.floorMod(base + at, 2);
        boolean splitsAPair =
                cut + highByte < to && (buffer[cut + highByte] & 0xFC) == 0xDC && cut >= 2;
        return splitsAPair ? cut - 2 : cut;
    }

    private int cutDecoded(byte[] buffer, int from, int at) {
        CharsetDecoder decoder =
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE);
        ByteBuffer in = ByteBuffer.wrap(buffer, from, at - from);
        CharBuffer out = CharBuffer.allocate(CHARS_AT_ONCE);
        while (decoder.decode(in, out, false).isOverflow()) {
            out.clear();
        }
        return in.position();
    }
}
