package io.moor.shipper.frame;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.moor.shipper.frame.Framer.Until;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class LineFramerTest {

    private static final byte[] NO_HEAD = {};
    private static final byte[] HEAD = "head".getBytes(ISO_8859_1);

    private final List<String> lines = new ArrayList<>();

    private final Framer.Lines sink =
            (buffer, from, to, start, end, flags) -> {
                byte[] flagText = LogHeaders.flags(flags);
                lines.add(
                        new String(buffer, from, to - from, ISO_8859_1)
                                + "|"
                                + start
                                + "-"
                                + end
                                + (flagText == null ? "" : "|" + new String(flagText, ISO_8859_1)));
            };

    @Test
    void takesLineEndsOffAndCountsThemInTheSpan() {
        assertThat(frame(100, "a\nb\r\n\n\r\n\0x\n"))
                .containsExactly("a|0-2", "b|2-5", "|5-6", "|6-8", "\0x|8-11");
    }

    @Test
    void keepsACarriageReturnThatIsNoLineEnd() {
        assertThat(frame(100, "a\rb\nc\r\r\n")).containsExactly("a\rb|0-4", "c\r|4-8");
    }

    @Test
    void leavesAnUnterminatedLineUnconsumed() {
        LineFramer framer = splitting(100);
        byte[] bytes = "one\ntwo".getBytes(ISO_8859_1);

        int consumed = framer.frame(bytes, 0, bytes.length, 0, Until.COMPLETE, sink);

        assertThat(consumed).isEqualTo(4);
        assertThat(lines).containsExactly("one|0-4");
    }

    @Test
    void givesTheByteOrderMarkToTheFirstSpanOnly() {
        assertThat(frame(100, "\u00EF\u00BB\u00BFa\n\u00EF\u00BB\u00BFb\n"))
                .containsExactly("a|0-5", "\u00EF\u00BB\u00BFb|5-10");
    }

    @Test
    void splitsALongLineIntoFlaggedPieces() {
        assertThat(frame(4, "abcdefghij\nxy\n"))
                .containsExactly("abcd|0-4|split", "efgh|4-8|split", "ij|8-11|split", "xy|11-14");
    }

    @Test
    void doesNotSplitALineOfExactlyTheLimit() {
        assertThat(frame(4, "abcd\nabcd\r\n")).containsExactly("abcd|0-5", "abcd|5-11");
    }

    @Test
    void flagsWhatItFlushesAndWhatContinuesIt() {
        LineFramer framer = splitting(100);
        byte[] bytes = "no end and its rest\n".getBytes(ISO_8859_1);

        framer.reset(OpenLine.NONE, NO_HEAD);
        framer.frame(bytes, 0, 6, 0, Until.END, sink);
        framer.frame(bytes, 6, bytes.length, 6, Until.COMPLETE, sink);

        assertThat(lines).containsExactly("no end|0-6|partial", " and its rest|6-20|continued");
    }

    @Test
    void combinesFlagsInSortOrder() {
        LineFramer framer = splitting(3);
        byte[] bytes = "abcdefg".getBytes(ISO_8859_1);

        framer.reset(OpenLine.PARTIAL, HEAD);
        framer.frame(bytes, 0, bytes.length, 10, Until.END, sink);

        assertThat(lines)
                .containsExactly(
                        "abc|10-13|continued,split", "def|13-16|split", "g|16-17|partial,split");
    }

    /** Where a file is cut into blocks must not show in its records. */
    @Test
    void framesTheSameWhateverTheBlocks() {
        Random random = new Random(20261121);
        for (int round = 0; round < 300; round++) {
            StringBuilder text =
                    new StringBuilder(random.nextBoolean() ? "\u00EF\u00BB\u00BF" : "");
            for (int i = random.nextInt(60); i >= 0; i--) {
                text.append(
                        switch (random.nextInt(6)) {
                            case 0 -> "\n";
                            case 1 -> "\r\n";
                            case 2 -> "\r";
                            default -> "x".repeat(random.nextInt(9));
                        });
            }
            text.append('\n');
            byte[] bytes = text.toString().getBytes(ISO_8859_1);
            int limit = 1 + random.nextInt(8);
            List<String> whole = List.copyOf(frame(limit, text.toString()));
            lines.clear();

            LineFramer framer = splitting(limit);
            int offset = 0;
            int visible = 0;
            while (offset < bytes.length) {
                visible = Math.min(bytes.length, visible + 1 + random.nextInt(5));
                offset += framer.frame(bytes, offset, visible, offset, Until.COMPLETE, sink);
            }

            assertThat(lines).as("limit %d, %s", limit, text).isEqualTo(whole);
            lines.clear();
        }
    }

    /** Pieces of dead letters may be longer or shorter than the longest line. */
    @Test
    void framesDeadLettersTheSameWhateverTheBlocks() {
        Random random = new Random(20261122);
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--) {
                text.append("y".repeat(random.nextInt(25)))
                        .append(random.nextBoolean() ? "\n" : "\r\n");
            }
            byte[] bytes = text.toString().getBytes(ISO_8859_1);
            int limit = 1 + random.nextInt(12);
            int piece = 1 + random.nextInt(16);
            List<String> whole = deadLetters(limit, piece, bytes, bytes.length, random);
            List<String> parts = deadLetters(limit, piece, bytes, 5, random);

            assertThat(parts).as("limit %d, piece %d, %s", limit, piece, text).isEqualTo(whole);
        }
    }

    private List<String> deadLetters(int limit, int piece, byte[] bytes, int most, Random random) {
        List<String> framed = new ArrayList<>();
        LineFramer framer = new LineFramer(Encoding.UTF_8, Limits.deadLetters(limit, piece));
        long[] end = {0};
        int offset = 0;
        int visible = 0;
        while (offset < bytes.length) {
            visible =
                    Math.min(bytes.length, visible + (most > 5 ? most : 1 + random.nextInt(most)));
            offset +=
                    framer.frame(
                            bytes,
                            offset,
                            visible,
                            offset,
                            Until.COMPLETE,
                            (_, from, to, start, spanEnd, flags) -> {
                                boolean dead = (flags & LogHeaders.DEAD_LETTER) != 0;
                                assertThat(start).isEqualTo(end[0]);
                                assertThat(to - from).isLessThanOrEqualTo(dead ? piece : limit);
                                assertThat((flags & LogHeaders.SPLIT) == 0 || dead).isTrue();
                                end[0] = spanEnd;
                                framed.add(start + "-" + spanEnd + " " + flags);
                            });
        }
        return framed;
    }

    @Test
    void findsEveryLineFeedAtEveryPlace() {
        for (int length = 0; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                byte[] bytes = new byte[length];
                java.util.Arrays.fill(bytes, (byte) 0x0B);
                bytes[at] = '\n';
                assertThat(Newlines.indexOf(bytes, 0, length, (byte) 10)).isEqualTo(at);
                assertThat(Newlines.indexOf(bytes, at + 1, length, (byte) 10)).isEqualTo(-1);
            }
        }
    }

    private static LineFramer splitting(int limit) {
        return new LineFramer(Encoding.UTF_8, Limits.split(limit));
    }

    private List<String> frame(int limit, String text) {
        LineFramer framer = splitting(limit);
        byte[] bytes = text.getBytes(ISO_8859_1);
        assertThat(framer.frame(bytes, 0, bytes.length, 0, Until.COMPLETE, sink))
                .isEqualTo(bytes.length);
        assertThat(framer.records()).isEqualTo(lines.size());
        return lines;
    }
}
