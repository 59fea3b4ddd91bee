package io.moor.shipper.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.frame.Framer.Until;
import io.moor.shipper.stream.OpenLine;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class MultilineFramerTest {

    private static final String JAVA =
            """
            2026-11-21 ERROR order failed
            java.lang.IllegalStateException: boom: see below
            \tat io.moor.Orders.place(Orders.java:12)
            \tat java.base/java.lang.Thread.run(Thread.java:1474)
            \tSuppressed: java.io.IOException: close
            \t\tat io.moor.Orders.close(Orders.java:40)
            \t\t... 1 more
            Caused by: io.moor.shop.NoStockException
            \tat io.moor.Stock.take(Stock.java:7)
            \t... 2 more
            """;
    private static final String PYTHON =
            """
            Traceback (most recent call last):
              File "/app/a.py", line 3, in f
                return 1 / 0
                       ~~^~~
            ZeroDivisionError: division by zero

            During handling of the above exception, another exception occurred:

            Traceback (most recent call last):
              File "/app/a.py", line 5, in <module>
                f()
            app.errors.Failed: no way
            """;
    private static final String GO =
            """
            panic: runtime error: index out of range [5] with length 3

            goroutine 1 [running]:
            main.(*Shop).order(0xc000012345, {0x1, 0x2})
            \t/app/main.go:12 +0x1d
            main.main()
            \t/app/main.go:7 +0x25
            created by main.start in goroutine 1
            \t/app/main.go:3 +0x10
            exit status 2
            """;

    @Test
    void joinsAJavaStackTraceToTheLineThatLoggedIt() {
        assertThat(values("java", "INFO before\n" + JAVA + "INFO after\n"))
                .containsExactly("INFO before", JAVA.stripTrailing(), "INFO after");
    }

    @Test
    void joinsChainedPythonTracebacksButNotToAnUnrelatedLine() {
        assertThat(values("python", "INFO before\n" + PYTHON + "INFO after\n\nINFO more\n"))
                .containsExactly(
                        "INFO before", PYTHON.stripTrailing(), "INFO after", "", "INFO more");
    }

    @Test
    void joinsAPythonTracebackToTheLineThatLoggedAnError() {
        String logged = "ERROR:root:order failed\n" + PYTHON;

        assertThat(values("python", logged + "INFO after\n"))
                .containsExactly(logged.stripTrailing(), "INFO after");
    }

    @Test
    void joinsAGoPanicWithItsStacks() {
        assertThat(values("go", "starting\n" + GO + "starting\n"))
                .containsExactly("starting", GO.stripTrailing(), "starting");
    }

    @Test
    void joinsWhatFollowsALineWithTheStartPattern() {
        assertThat(
                        Framed.whole(
                                framer(Multiline.start("^\\d{4}-"), 1 << 20),
                                "head\n2026-a\n x\n y\r\n2026-b\n"))
                .containsExactly(
                        "head|0-5|continued", "2026-a\n x\n y|5-19|multiline", "2026-b|19-26");
    }

    @Test
    void saysWhatRe2DoesNotUnderstand() {
        assertThatThrownBy(() -> Multiline.start("(?=x)")).hasMessageContaining("RE2");
        assertThatThrownBy(() -> Multiline.parse("cobol")).hasMessageContaining("java");
    }

    @Test
    void keepsAnEventBackUntilItIsCompleteOrNothingFollows() {
        MultilineFramer framer = framer(Multiline.parse("java"), 100);
        byte[] bytes = "ERROR x\n\tat a.B.c(B.java:1)\nINFO".getBytes(StandardCharsets.UTF_8);
        List<String> taken = new ArrayList<>();
        Framer.Lines lines =
                (buffer, from, to, start, end, _) ->
                        taken.add(
                                new String(buffer, from, to - from, StandardCharsets.UTF_8)
                                        + "|"
                                        + start
                                        + "-"
                                        + end);

        framer.reset(OpenLine.NONE, new byte[0]);
        assertThat(framer.frame(bytes, 0, bytes.length, 0, Until.COMPLETE, lines)).isZero();
        assertThat(taken).isEmpty();
        int consumed = framer.frame(bytes, 0, bytes.length, 0, Until.QUIET, lines);

        assertThat(taken).containsExactly("ERROR x\n\tat a.B.c(B.java:1)|0-28");
        assertThat(consumed).isEqualTo(28);
    }

    @Test
    void waitsForTheEndOfALineThatGoesOnWithTheEvent() {
        MultilineFramer framer = framer(Multiline.parse("java"), 100);
        byte[] bytes = "ERROR x\n\tat a".getBytes(StandardCharsets.UTF_8);

        framer.reset(OpenLine.NONE, new byte[0]);

        assertThat(framer.frame(bytes, 0, bytes.length, 0, Until.QUIET, (_, _, _, _, _, _) -> {}))
                .isZero();
    }

    /** The head of a file that continues the last event of the generation before it. */
    @Test
    void flagsWhatContinuesAnEventThatIsShipped() {
        assertThat(Framed.whole(framer(Multiline.parse("java"), 100), "\tat a.B.c(B.java)\nx\n"))
                .containsExactly("\tat a.B.c(B.java)|0-18|continued", "x|18-20");
    }

    @Test
    void splitsAnEventThatIsTooLong() {
        assertThat(Framed.whole(framer(Multiline.parse("java"), 10), "E\n\tat a.b\n\tat c.d\nF\n"))
                .containsExactly(
                        "E\n\tat a.b\n|0-10|multiline,split",
                        "\tat c.d|10-18|multiline,split",
                        "F|18-20");
    }

    @Test
    void framesTheSameWhateverTheBlocks() {
        Random random = new Random(20261121);
        String[] parts = {
            JAVA,
            PYTHON,
            GO,
            "plain\n",
            "\n",
            "2026-11-21 INFO x\r\n",
            "\tat a.B.c(B.java:1)\n",
            "java.io.IOException: x\n",
            "Traceback (most recent call last):\n",
            "panic: x\n",
            "x".repeat(90) + "\n",
            "ERROR y\n"
        };
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            text.append(random.nextBoolean() ? "unterminated" : "");
            byte[] file = text.toString().getBytes(StandardCharsets.UTF_8);
            for (Multiline multiline :
                    List.of(
                            Multiline.parse("java"),
                            Multiline.parse("python"),
                            Multiline.parse("go"),
                            Multiline.start("^(2026|ERROR|plain)"))) {
                List<String> whole =
                        Framed.whole(framer(multiline, 1 << 20), file, StandardCharsets.UTF_8);

                assertThat(
                                Framed.growing(
                                        framer(multiline, 1 << 20),
                                        file,
                                        StandardCharsets.UTF_8,
                                        random))
                        .as("%s of %s", multiline, text)
                        .isEqualTo(whole);
                // With a small limit only the spans are checked, by Framed.
                Framed.growing(framer(multiline, 40), file, StandardCharsets.UTF_8, random);
            }
        }
    }

    @Test
    void joinsLinesInUtf16() {
        byte[] file = ("\uFEFF" + JAVA + "next\n").getBytes(StandardCharsets.UTF_16LE);

        assertThat(
                        Framed.whole(
                                new MultilineFramer(
                                        Encoding.parse("UTF-16"),
                                        Limits.split(1 << 20),
                                        Multiline.parse("java")),
                                file,
                                StandardCharsets.UTF_16LE))
                .containsExactly(
                        JAVA.stripTrailing() + "|0-" + (2 + 2 * JAVA.length()) + "|multiline",
                        "next|" + (2 + 2 * JAVA.length()) + "-" + file.length);
    }

    private static List<String> values(String name, String file) {
        return Framed.whole(framer(Multiline.parse(name), 1 << 20), file).stream()
                .map(each -> each.replaceFirst("(?s)\\|\\d+-\\d+(\\|multiline)?$", ""))
                .toList();
    }

    private static MultilineFramer framer(Multiline multiline, int limit) {
        return new MultilineFramer(Encoding.UTF_8, Limits.split(limit), multiline);
    }
}
