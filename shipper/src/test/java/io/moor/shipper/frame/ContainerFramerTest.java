package io.moor.shipper.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.frame.Framer.Until;
import io.moor.shipper.stream.OpenLine;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class ContainerFramerTest {

    private static final String TIME = "2016-10-06T00:17:09.669794202Z ";

    @Test
    void putsPartsTogetherAndTakesTheRuntimesWordsOff() {
        String a = TIME + "stdout P hel\n";
        String b = TIME + "stdout F lo\n";
        String c = TIME + "stderr F \n";

        assertThat(Framed.whole(cri(Multiline.NONE, 100), a + b + c))
                .containsExactly(
                        "hello|0-" + (a + b).length(),
                        "|" + (a + b).length() + "-" + (a + b + c).length());
    }

    @Test
    void keepsInterleavedStreamsApart() {
        String a = TIME + "stdout P one-\n";
        String b = TIME + "stderr F other\n";
        String c = TIME + "stdout F two\n";

        assertThat(Framed.whole(cri(Multiline.NONE, 100), a + b + c))
                .containsExactly(
                        "one-two|0-" + a.length(),
                        "other|" + a.length() + "-" + (a + b + c).length());
    }

    @Test
    void joinsStackTracesOfEachStreamByItself() {
        String file =
                TIME
                        + "stderr F ERROR x\n"
                        + TIME
                        + "stdout F GET /\n"
                        + TIME
                        + "stderr F java.io.IOException: y\n"
                        + TIME
                        + "stdout F GET /a\n"
                        + TIME
                        + "stderr F \tat a.B.c(B.java)\n"
                        + TIME
                        + "stderr F INFO z\n";

        assertThat(values(cri(Multiline.parse("java"), 1000), file))
                .containsExactly(
                        "ERROR x\njava.io.IOException: y\n\tat a.B.c(B.java)",
                        "GET /",
                        "GET /a",
                        "INFO z");
    }

    @Test
    void readsDockersJsonWithSplitLines() {
        String file =
                "{\"log\":\"a \\u00e9\\\"\\n\",\"stream\":\"stdout\",\"time\":\""
                        + TIME.trim()
                        + "\"}\n{\"log\":\"long-\",\"stream\":\"stdout\",\"time\":\"x\"}\n"
                        + "{\"log\":\"err\\r\\n\",\"stream\":\"stderr\",\"attrs\":{\"a\":\"b\"}}\n"
                        + "{\"log\":\"line\\n\",\"stream\":\"stdout\"}\n";

        assertThat(values(ContainerFramer.docker(Limits.split(100), Multiline.NONE), file))
                .containsExactly("a \u00E9\"", "long-line", "err");
    }

    @Test
    void tellsTimeAndStream() {
        List<String> told = new ArrayList<>();
        ContainerFramer framer = cri(Multiline.NONE, 100);
        byte[] bytes =
                (TIME + "stderr F x\n2026-11-21T10:00:00.5+02:00 stdout F:tag y\nraw\n")
                        .getBytes(StandardCharsets.UTF_8);

        framer.reset(OpenLine.NONE, new byte[0]);
        framer.frame(
                bytes,
                0,
                bytes.length,
                0,
                Until.COMPLETE,
                (_, _, _, _, _, _) ->
                        told.add(
                                framer.iostream()
                                        + (framer.eventMillis() == Framer.NO_TIME
                                                ? ""
                                                : Instant.ofEpochMilli(framer.eventMillis()))));

        assertThat(told)
                .containsExactly(
                        "stderr2016-10-06T00:17:09.669Z", "stdout2026-11-21T08:00:00.500Z", "");
    }

    @Test
    void shipsWhatIsNotOfTheFormAsItIs() {
        assertThat(
                        values(
                                cri(Multiline.NONE, 100),
                                "no time\n" + TIME + "stdin F x\n" + TIME + "stdout X y\n\n"))
                .containsExactly("no time", TIME + "stdin F x", TIME + "stdout X y", "");
    }

    @Test
    void splitsALineOverTheLimitBetweenItsParts() {
        String part = TIME + "stdout P 12345678\n";
        String last = TIME + "stdout F 9\n";

        assertThat(
                        Framed.whole(
                                cri(Multiline.NONE, 16),
                                part + part + last + TIME + "stdout F next\n"))
                .containsExactly(
                        "1234567812345678|0-" + 2 * part.length() + "|split",
                        "9|"
                                + 2 * part.length()
                                + "-"
                                + (2 * part.length() + last.length())
                                + "|split",
                        "next|"
                                + (2 * part.length() + last.length())
                                + "-"
                                + (2 * part.length() + last.length() + TIME.length() + 14));
    }

    @Test
    void makesNoMoreDeadLettersOfAPartThanThereAreBytes() {
        String file = TIME + "stdout F 1234567890\n";

        assertThat(Framed.whole(cri(Multiline.NONE, 4), file))
                .containsExactly(
                        "1234|0-1|split", "5678|1-2|split", "90|2-" + file.length() + "|split");
    }

    @Test
    void framesTheSameWhateverTheBlocks() {
        Random random = new Random(20261122);
        String[] texts = {"a", "", "ERROR b", "\tat a.B.c(B.java)", "Caused by: x", "{\"log\":1}"};
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(14); i >= 0; i--) {
                text.append(TIME)
                        .append(random.nextBoolean() ? "stdout " : "stderr ")
                        .append(random.nextInt(3) == 0 ? "P " : "F ")
                        .append(texts[random.nextInt(texts.length)])
                        .append(random.nextInt(5) == 0 ? "\nraw\n" : "\n");
            }
            text.append(random.nextBoolean() ? TIME.substring(0, random.nextInt(20)) : "");
            byte[] file = text.toString().getBytes(StandardCharsets.UTF_8);
            for (Multiline multiline : List.of(Multiline.NONE, Multiline.parse("java"))) {
                List<String> whole =
                        Framed.whole(cri(multiline, 1000), file, StandardCharsets.UTF_8);

                assertThat(
                                Framed.growing(
                                        cri(multiline, 1000), file, StandardCharsets.UTF_8, random))
                        .as("%s of %s", multiline, text)
                        .isEqualTo(whole);
                Framed.growing(cri(multiline, 4), file, StandardCharsets.UTF_8, random);
            }
        }
    }

    /** A container that writes to one stream for ever and never ends its line in the other. */
    @Test
    void holdsBackNoMoreThanABound() {
        StringBuilder text = new StringBuilder(TIME + "stderr P never\n");
        while (text.length() < 2_000_000) {
            text.append(TIME).append("stdout F ").append("x".repeat(1000)).append('\n');
        }

        List<String> framed = Framed.whole(cri(Multiline.NONE, 2000), text.toString());

        assertThat(framed.getFirst()).startsWith("never|0-");
        assertThat(framed).hasSizeGreaterThan(1_900);
    }

    private static ContainerFramer cri(Multiline multiline, int limit) {
        return ContainerFramer.cri(Limits.split(limit), multiline);
    }

    private static List<String> values(Framer framer, String file) {
        return Framed.whole(framer, file).stream()
                .map(each -> each.replaceFirst("(?s)\\|\\d+-\\d+(\\|[a-z,-]+)?$", ""))
                .toList();
    }
}
