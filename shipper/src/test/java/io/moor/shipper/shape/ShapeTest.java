package io.moor.shipper.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;

import io.moor.shipper.frame.Encoding;
import io.moor.shipper.frame.Framer;
import io.moor.shipper.frame.Framer.Until;
import io.moor.shipper.frame.Framing;
import io.moor.shipper.frame.Limits;
import io.moor.shipper.frame.Multiline;
import io.moor.shipper.shape.Shape.Form;
import io.moor.shipper.shape.Shape.Room;
import io.moor.shipper.shape.Shape.Timestamp;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class ShapeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Room ROOM = new Room(10_000, Long.MAX_VALUE);
    private static final long NOW = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();

    /** A record, or what was left out. */
    private record Shaped(String value, int flags, long timestamp) {}

    @Test
    void leavesEventsAloneThatNobodyWantsShaped() {
        Framer framer = Framing.LINES.framer(Limits.split(100));

        assertThat(Shape.AS_IT_IS.over(framer, "/a", ROOM)).isSameAs(framer);
    }

    @Test
    void dropsAndAccountsForWhatItDrops() {
        List<Shaped> shaped = shape(raw(drop("DEBUG", null)), "INFO a\nDEBUG b\nINFO c\n");

        assertThat(shaped).extracting(Shaped::value).containsExactly("INFO a", "DEBUG b", "INFO c");
        assertThat(shaped).extracting(Shaped::flags).containsExactly(0, LogHeaders.DROPPED, 0);
    }

    @Test
    void dropsByTheValueOfAField() {
        Shape shape =
                new Shape(
                        Form.RAW,
                        Parse.parse("json"),
                        null,
                        Timestamp.READ,
                        List.of(drop("^(DEBUG|TRACE)$", "log.level")));

        assertThat(
                        shape(
                                shape,
                                """
                                {"log":{"level":"DEBUG"}}
                                {"log":{"level":"INFO"},"m":"DEBUG"}
                                DEBUG
                                """))
                .extracting(Shaped::flags)
                .containsExactly(LogHeaders.DROPPED, 0, 0);
    }

    @Test
    void keepsOnlyWhatIsFound() {
        Shape shape =
                raw(
                        new Rule(null, null, null, null, null, null, "^(ERROR|WARN)"),
                        new Rule(null, null, null, null, null, null, "x$"));

        assertThat(shape(shape, "ERROR x\nINFO x\nWARN y\nWARN x\n"))
                .extracting(Shaped::flags)
                .containsExactly(0, LogHeaders.DROPPED, LogHeaders.DROPPED, 0);
        assertThatThrownBy(() -> new Rule("a", null, null, null, null, null, "b"))
                .hasMessageContaining("one of");
        assertThatThrownBy(() -> new Rule(null, null, null, null, null, null, "(?=b)"))
                .hasMessageContaining("RE2");
    }

    @Test
    void samplesTheSameEventsHoweverOftenTheyAreRead() {
        String file =
                String.join("\n", IntStream.range(0, 10_000).mapToObj(i -> "GET /" + i).toList())
                        + "\nPOST /x\n";
        Shape shape = raw(new Rule(null, 10, null, "^GET", null, null));

        List<Integer> once = flags(shape(shape, file));
        List<Integer> again = flags(shape(shape, file));

        assertThat(again).isEqualTo(once);
        assertThat(once.getLast()).isZero();
        assertThat(once.stream().filter(flags -> flags == 0).count()).isBetween(850L, 1_150L);
        assertThat(once.stream().filter(flags -> flags == LogHeaders.SAMPLED).count())
                .isBetween(8_850L, 9_150L);
    }

    private static List<Integer> flags(List<Shaped> shaped) {
        return shaped.stream().map(Shaped::flags).toList();
    }

    @Test
    void redactsAcrossTheLinesOfAnEventAndKeepsOtherBytes() {
        Shape shape = raw(redact("(?s)BEGIN KEY.*END KEY", null), redact("\\d{4}", "####"));
        Framing events =
                new Framing(Framing.Input.PLAIN, Encoding.UTF_8, Multiline.parse("start=^>"));

        List<Shaped> shaped =
                shape(shape, events, "> a BEGIN KEY\nsecret\nEND KEY \u00E9 1234\n> b\n");

        assertThat(shaped).extracting(Shaped::value).containsExactly("> a *** \u00E9 ####", "> b");
        assertThat(shaped)
                .extracting(Shaped::flags)
                .containsExactly(LogHeaders.MULTILINE | LogHeaders.REDACTED, 0);
    }

    @Test
    void redactsInOtherEncodings() {
        Framing korean =
                new Framing(Framing.Input.PLAIN, Encoding.parse("x-windows-949"), Multiline.NONE);

        assertThat(shape(raw(redact("\uBE44\uBC00", "xx")), korean, "\uAC00\uBE44\uBC00\uB098\n"))
                .extracting(Shaped::value)
                .containsExactly("\uAC00xx\uB098");
    }

    @Test
    void writesJsonThatFollowsItsSchema() throws IOException {
        Shape shape =
                new Shape(
                        Form.JSON,
                        Parse.parse("json"),
                        new EventTime("ts", "rfc3339"),
                        Timestamp.READ,
                        List.of());
        String line =
                """
                {"ts":"2026-11-21T10:00:00.123Z","level":"warn","msg":"a \\"b\\"","n":12,"f":1.5,\
                "ok":true,"nil":null,"http":{"status":404},"tags":["x","y"],\
                "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","body":"own"}\
                """;

        JsonNode value = JSON.readTree(shape(shape, line + "\n").getFirst().value());

        assertThat(value.path("timestamp").asText()).isEqualTo("2026-11-21T10:00:00.123Z");
        assertThat(value.path("severityText").asText()).isEqualTo("warn");
        assertThat(value.path("severityNumber").asInt()).isEqualTo(13);
        assertThat(value.path("body").asText()).isEqualTo(line);
        assertThat(value.path("attributes.body").asText()).isEqualTo("own");
        assertThat(value.path("http.status").asInt()).isEqualTo(404);
        assertThat(value.path("tags.1").asText()).isEqualTo("y");
        assertThat(value.path("traceId").asText()).hasSize(32);
        assertThat(value.path("log.file.path").asText()).isEqualTo("/var/log/app.log");
        assertThat(value.has("nil")).isFalse();
        assertValid(value);
        assertValid(JSON.readTree(shape(json(), "plain \u0001 text\n").getFirst().value()));
    }

    private static void assertValid(JsonNode value) throws IOException {
        try (InputStream schema =
                ShapeTest.class.getResourceAsStream(
                        "/io/moor/shipper/schemas/log-record-json.schema.json")) {
            assertThat(
                            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                                    .getSchema(schema)
                                    .validate(value))
                    .isEmpty();
        }
    }

    @Test
    void makesDeadLettersOfWhatIsNoTextAndOfWhatBecomesTooLarge() {
        byte[] file = {'a', '\n', (byte) 0xFF, (byte) 0xFE, '\n'};
        byte[] control = ("\u0001".repeat(50) + "\n").getBytes(StandardCharsets.UTF_8);

        assertThat(shape(json(), Framing.LINES, file, ROOM))
                .extracting(Shaped::flags)
                .containsExactly(0, LogHeaders.DEAD_LETTER);
        assertThat(shape(json(), Framing.LINES, control, new Room(200, Long.MAX_VALUE)))
                .containsExactly(new Shaped("\u0001".repeat(50), LogHeaders.DEAD_LETTER, NOW));
    }

    @Test
    void readsLogfmtAndNamedGroups() throws IOException {
        Shape logfmt = new Shape(Form.JSON, Parse.parse("logfmt"), null, Timestamp.READ, List.of());
        Shape regex =
                new Shape(
                        Form.JSON,
                        Parse.parse(Map.of("regex", "^(?P<ip>\\S+) .*\\[(?P<at>[^\\]]+)\\]")),
                        new EventTime("at", "dd/MMM/yyyy:HH:mm:ss Z"),
                        Timestamp.READ,
                        List.of());

        JsonNode a = value(logfmt, "level=error msg=\"a \\\"b\\\" c\" n=1 debug\n");
        JsonNode b = value(regex, "10.0.0.1 - - [21/Nov/2026:10:00:00 +0100] x\n");

        assertThat(a.path("msg").asText()).isEqualTo("a \"b\" c");
        assertThat(a.path("debug").asBoolean()).isTrue();
        assertThat(a.path("severityNumber").asInt()).isEqualTo(17);
        assertThat(b.path("ip").asText()).isEqualTo("10.0.0.1");
        assertThat(b.path("timestamp").asText()).isEqualTo("2026-11-21T09:00:00Z");
    }

    private static JsonNode value(Shape shape, String file) throws IOException {
        return JSON.readTree(shape(shape, file).getFirst().value());
    }

    @Test
    void keepsEventTimesWhereRetentionDoesNotReachThem() {
        Shape shape =
                new Shape(
                        Form.RAW,
                        Parse.parse("logfmt"),
                        new EventTime("t", "unix"),
                        Timestamp.EVENT,
                        List.of());
        Room day = new Room(100, Duration.ofDays(1).toMillis());
        long now = NOW / 1000;
        String file = "t=%d\nt=1\nt=%d\nt=nonsense\n".formatted(now - 60, now + 99);

        assertThat(shape(shape, Framing.LINES, file.getBytes(StandardCharsets.UTF_8), day))
                .extracting(Shaped::timestamp)
                .containsExactly(NOW - 60_000, NOW - Duration.ofHours(18).toMillis(), NOW, NOW);
    }

    @Test
    void saysWhatMakesNoSense() {
        assertThatThrownBy(() -> new Rule("a", 5, null, null, null, null))
                .hasMessageContaining("one of");
        assertThatThrownBy(() -> raw(drop("x", "level"))).hasMessageContaining("add 'parse'");
        assertThatThrownBy(() -> Parse.parse(Map.of("regex", "x")))
                .hasMessageContaining("names no field");
        assertThatThrownBy(() -> new EventTime("t", "QQQQQQ")).hasMessageContaining("unix-ms");
        assertThatThrownBy(() -> new Rule(null, 101, null, null, null, null))
                .hasMessageContaining("0 to 100");
    }

    private static Rule drop(String regex, @Nullable String field) {
        return new Rule(regex, null, null, null, field, null);
    }

    private static Rule redact(String regex, @Nullable String with) {
        return new Rule(null, null, regex, null, null, with);
    }

    private static Shape raw(Rule... rules) {
        return new Shape(Form.RAW, Parse.NONE, null, Timestamp.READ, List.of(rules));
    }

    private static Shape json() {
        return new Shape(Form.JSON, Parse.NONE, null, Timestamp.READ, List.of());
    }

    private static List<Shaped> shape(Shape shape, String file) {
        return shape(shape, Framing.LINES, file);
    }

    private static List<Shaped> shape(Shape shape, Framing framing, String file) {
        return shape(
                shape, framing, file.getBytes(Charset.forName(framing.encoding().name())), ROOM);
    }

    private static List<Shaped> shape(Shape shape, Framing framing, byte[] file, Room room) {
        Framer framer = shape.over(framing.framer(Limits.split(10_000)), "/var/log/app.log", room);
        List<Shaped> shaped = new ArrayList<>();
        Framer.Lines lines =
                (buffer, from, to, _, _, flags) ->
                        shaped.add(
                                new Shaped(
                                        new String(buffer, from, to - from, framer.charset()),
                                        flags,
                                        framer.timestamp(NOW)));
        framer.reset(OpenLine.NONE, new byte[0]);
        assertThat(framer.frame(file, 0, file.length, 0, Until.END, lines)).isEqualTo(file.length);
        int noRecord = LogHeaders.LEFT_OUT | LogHeaders.DEAD_LETTER;
        assertThat(framer.records())
                .isEqualTo(shaped.stream().filter(each -> (each.flags() & noRecord) == 0).count());
        return shaped;
    }
}
