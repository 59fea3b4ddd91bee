package io.moor.shipper.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.shape.Parse;
import io.moor.shipper.shape.Rule;
import io.moor.shipper.shape.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** What is to be redacted is found also where a line over the limit is cut. */
class RedactedPiecesTest {

    private static final String SECRET = "KEY=0123456789ABCDEF";
    private static final Shape SHAPE = shape("KEY=[0-9A-F]{16}");

    private static Shape shape(String... patterns) {
        List<Rule> rules = new ArrayList<>();
        for (String pattern : patterns) {
            rules.add(new Rule(null, null, pattern, null, null, null));
        }
        return new Shape(Shape.Form.RAW, Parse.NONE, null, Shape.Timestamp.READ, rules);
    }

    private static Framer framer(Shape shape, Framing framing, Limits limits) {
        return shape.over(
                framing.framer(limits.with(shape.cuts())),
                "/a",
                new Shape.Room(1 << 20, Long.MAX_VALUE));
    }

    /** Whole, and as it grows with a restart after each step: the pieces are the same. */
    private static List<String> records(
            Shape shape, Framing framing, Limits limits, String text, Charset charset) {
        byte[] file = text.getBytes(charset);
        List<String> whole = Framed.whole(framer(shape, framing, limits), file, charset);
        assertThat(
                        Framed.growing(
                                framer(shape, framing, limits),
                                file,
                                charset,
                                new Random(text.length())))
                .isEqualTo(whole);
        return whole;
    }

    private static String values(List<String> records) {
        return records.stream()
                .map(each -> each.substring(0, each.indexOf('|')))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "x-windows-949"})
    void aSecretAcrossACutIsRedacted(String encoding) {
        Charset charset = Charset.forName(encoding);
        Framing framing =
                new Framing(Framing.Input.PLAIN, Encoding.parse(encoding), Multiline.NONE);
        for (int before = 0; before < 120; before++) {
            String text = "가".repeat(before) + SECRET + "나".repeat(120) + "\nnext\n";

            List<String> records = records(SHAPE, framing, Limits.split(60), text, charset);

            assertThat(values(records))
                    .isEqualTo("가".repeat(before) + "***" + "나".repeat(120) + "next");
            assertThat(records).filteredOn(each -> each.contains("redacted")).hasSize(1);
        }
    }

    @Test
    void aSecretAcrossTheCutOfADeadLetterIsRedacted() {
        for (int before = 0; before < 120; before++) {
            String text = "x".repeat(before) + SECRET + "y".repeat(120) + "\n";

            List<String> records =
                    records(
                            SHAPE,
                            Framing.LINES,
                            Limits.deadLetters(30, 50),
                            text,
                            StandardCharsets.UTF_8);

            assertThat(values(records)).isEqualTo("x".repeat(before) + "***" + "y".repeat(120));
            assertThat(records).allMatch(each -> each.contains("dead-letter"));
        }
    }

    @Test
    void aSecretAcrossTheCutOfAnEventIsRedacted() {
        Framing framing =
                new Framing(Framing.Input.PLAIN, Encoding.UTF_8, Multiline.start("^BEGIN"));
        Shape shape = shape("KEY=\\n[0-9]{10}");
        for (int before = 0; before < 80; before++) {
            String text = "BEGIN" + "x".repeat(before) + "KEY=\n0123456789" + "y".repeat(80) + "\n";

            List<String> records =
                    records(shape, framing, Limits.split(40), text, StandardCharsets.UTF_8);

            assertThat(values(records))
                    .isEqualTo("BEGIN" + "x".repeat(before) + "***" + "y".repeat(80));
        }
    }

    /** The runtime cuts long lines by itself; their pieces are joined up to the limit. */
    @Test
    void aSecretAcrossThePiecesOfAContainerIsRedacted() {
        Framing framing = new Framing(Framing.Input.CRI, Encoding.UTF_8, Multiline.NONE);
        for (int before = 1; before < 60; before++) {
            String line = "x".repeat(before) + SECRET + "y".repeat(60);
            StringBuilder text = new StringBuilder();
            for (int at = 0; at < line.length(); at += 25) {
                boolean last = at + 25 >= line.length();
                text.append("2026-11-21T12:00:00.000000000Z stdout ")
                        .append(last ? "F " : "P ")
                        .append(line, at, Math.min(line.length(), at + 25))
                        .append('\n');
            }

            byte[] file = text.toString().getBytes(StandardCharsets.UTF_8);
            List<String> records =
                    Framed.whole(
                            framer(SHAPE, framing, Limits.split(50)), file, StandardCharsets.UTF_8);

            assertThat(values(records)).isEqualTo("x".repeat(before) + "***" + "y".repeat(60));
        }
    }

    /** A cut that one rule asks for may divide what another one finds. */
    @Test
    void secretsThatOverlapAreRedacted() {
        Shape shape = shape("aaaaabbbbb", "bbbbbccccc");
        for (int before = 0; before < 60; before++) {
            String text = "x".repeat(before) + "aaaaabbbbbccccc" + "y".repeat(60) + "\n";

            assertThat(
                            values(
                                    records(
                                            shape,
                                            Framing.LINES,
                                            Limits.split(30),
                                            text,
                                            StandardCharsets.UTF_8)))
                    .isEqualTo("x".repeat(before) + "***ccccc" + "y".repeat(60));
        }
    }

    /** Without a better place it is cut there: the line goes on. */
    @Test
    void whatIsLongerThanAPieceIsCut() {
        List<String> records =
                records(
                        shape("[0-9]+"),
                        Framing.LINES,
                        Limits.split(20),
                        "7".repeat(9_000) + "\n",
                        StandardCharsets.UTF_8);

        assertThat(values(records)).isEqualTo("***".repeat(450));
    }
}
