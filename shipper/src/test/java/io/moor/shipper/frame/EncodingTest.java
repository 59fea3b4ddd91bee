package io.moor.shipper.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Lines in every encoding, cut where lines end and characters begin. */
class EncodingTest {

    private static final String HANGUL = "\uAC00\uB098\uB2E4";
    private static final String KANJI = "\u65E5\u672C\u8A9E\u30BD\u8868";

    static Stream<Charset> everyCharsetOfTheJdk() {
        return Charset.availableCharsets().values().stream().filter(Charset::canEncode);
    }

    /** Also where a character has the byte of a line feed somewhere, as in UTF-16. */
    @ParameterizedTest
    @MethodSource("everyCharsetOfTheJdk")
    void findsTheLinesOfEveryCharsetOfTheJdk(Charset charset) throws CharacterCodingException {
        Encoding encoding;
        try {
            encoding = Encoding.parse(charset.name());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("no line ends");
            assertThat(new String("a\nb".getBytes(charset), charset)).isNotEqualTo("a\nb");
            return;
        }
        List<String> lines = List.of(letters(charset), "", "b", letters(charset) + "c");
        byte[] file = String.join("\n", lines).concat("\n").getBytes(charset);

        List<String> framed =
                Framed.whole(new LineFramer(encoding, Limits.split(1 << 20)), file, charset);

        // Stateful encodings begin a text with a mark or an escape sequence, which decodes away.
        assertThat(framed.stream().map(each -> each.substring(0, each.lastIndexOf('|'))).toList())
                .map(each -> each.replace("\uFEFF", ""))
                .isEqualTo(lines);
    }

    private static String letters(Charset charset) {
        CharsetEncoder encoder = charset.newEncoder();
        StringBuilder text = new StringBuilder();
        for (int i = 0x20; i < 0xFFFF; i++) {
            char each = (char) i;
            boolean plain =
                    Character.isLetterOrDigit(each)
                            && encoder.canEncode(each)
                            && new String(String.valueOf(each).getBytes(charset), charset)
                                    .equals(String.valueOf(each));
            if (plain) {
                text.append(each);
            }
        }
        // What does not come back as it was says nothing of line ends.
        String all = text.toString();
        return new String(all.getBytes(charset), charset).equals(all) ? all : "abc";
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void takesCrLfAndTheByteOrderMarkOffWideLines(String name) {
        Charset charset = Charset.forName(name.equals("UTF-16") ? "UTF-16LE" : name);
        charset = name.equals("UTF-32") ? Charset.forName("UTF-32BE") : charset;
        int unit = name.startsWith("UTF-16") ? 2 : 4;
        // U+0A0D and U+0D0A hold the bytes of line ends where none is.
        byte[] file = "\uFEFFa\u0A0D\r\n\n\u0D0A\u0A0Ab\n".getBytes(charset);

        List<String> framed =
                Framed.whole(
                        new LineFramer(Encoding.parse(name), Limits.split(1 << 20)), file, charset);

        assertThat(framed)
                .containsExactly(
                        "a\u0A0D|0-" + 5 * unit,
                        "|" + 5 * unit + "-" + 6 * unit,
                        "\u0D0A\u0A0Ab|" + 6 * unit + "-" + 10 * unit);
    }

    @Test
    void readsUtf16WithoutAMarkAsBigEndian() {
        byte[] file = "a\nb\n".getBytes(StandardCharsets.UTF_16BE);

        assertThat(
                        Framed.whole(
                                new LineFramer(Encoding.parse("utf-16"), Limits.split(100)),
                                file,
                                StandardCharsets.UTF_16BE))
                .containsExactly("a|0-4", "b|4-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTF-8",
                "UTF-16",
                "UTF-16LE",
                "x-windows-949",
                "EUC-KR",
                "Shift_JIS",
                "GB18030",
                "Big5",
                "EUC-JP",
                "UTF-32"
            })
    void splitsNoCharacterWhereverTheFileIsCutIntoBlocks(String name) {
        Charset charset = Charset.forName(name);
        Random random = new Random(20261121);
        for (int round = 0; round < 100; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.append(
                        switch (random.nextInt(6)) {
                            case 0 -> "\n";
                            case 1 -> "\r\n";
                            case 2 -> encodable(charset, HANGUL) ? HANGUL : "xyz";
                            case 3 -> encodable(charset, KANJI) ? KANJI : "pq";
                            case 4 -> encodable(charset, "\uD83D\uDE00") ? "\uD83D\uDE00" : "e";
                            default -> "abc";
                        });
            }
            byte[] file = text.toString().getBytes(charset);
            int limit = 4 + random.nextInt(9);
            Encoding encoding = Encoding.parse(name);
            Charset shown = name.equals("UTF-16") ? StandardCharsets.UTF_16BE : charset;
            shown = name.equals("UTF-32") ? Charset.forName("UTF-32BE") : shown;

            List<String> whole =
                    Framed.whole(new LineFramer(encoding, Limits.split(limit)), file, shown);
            List<String> growing =
                    Framed.growing(
                            new LineFramer(encoding, Limits.split(limit)), file, shown, random);

            assertThat(growing).isEqualTo(whole);
            assertThat(whole).as("%s", text).noneMatch(each -> each.indexOf('\uFFFD') >= 0);
        }
    }

    private static boolean encodable(Charset charset, String text) {
        return charset.newEncoder().canEncode(CharBuffer.wrap(text));
    }

    @Test
    void saysWhichEncodingsThereAre() {
        assertThatThrownBy(() -> Encoding.parse("utf8-ish"))
                .hasMessageContaining("'utf8-ish' is no encoding")
                .hasMessageContaining("x-windows-949");
        assertThatThrownBy(() -> Encoding.parse("not a name"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
