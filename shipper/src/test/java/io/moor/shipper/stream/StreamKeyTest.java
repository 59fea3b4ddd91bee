package io.moor.shipper.stream;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.moor.shipper.StreamScope;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Optional;

class StreamKeyTest {

    @Test
    void writesADashForEveryPartThatDoesNotExist() {
        StreamScope scope =
                new StreamScope(
                        Optional.empty(), Optional.empty(), Optional.of("host"), Optional.empty());

        assertThat(StreamKey.of(scope, "logs", Path.of("/var/log/app.log")).value())
                .isEqualTo("-/-/host/logs/var/log/app.log");
    }

    @Test
    void encodesSlashAndPercentInPartsButNotInThePath() {
        StreamScope scope =
                new StreamScope(
                        Optional.of("a/b"), Optional.of(3), Optional.of("50%"), Optional.empty());

        assertThat(StreamKey.of(scope, "x/y", Path.of("/var/100%/app.log")).value())
                .isEqualTo("a%2Fb/3/50%25/x%2Fy/var/100%/app.log");
    }

    @Test
    void leavesTheInstanceOutOnAVolume() {
        StreamScope scope =
                new StreamScope(
                        Optional.of("web"),
                        Optional.of(0),
                        Optional.of("i-1"),
                        Optional.of(new StreamScope.OnVolume("vol-7", Path.of("/srv/data"))));
        Path file = Path.of("/srv/data/logs/app.log");

        assertThat(StreamKey.of(scope, "app", file).value())
                .isEqualTo("web/0/-/app/vol-7:logs/app.log");
        assertThat(StreamKey.absolute(scope, StreamKey.relative(scope, file))).isEqualTo(file);
    }

    @Test
    void writesSpansWithoutStringsAsItReadsThem() {
        byte[] prefix = "4f1c09d2aa310b7e:".getBytes(US_ASCII);
        for (long[] range :
                new long[][] {
                    {0, 0}, {0, 6}, {9, 10}, {99, 1_000}, {12_345_678_901L, Long.MAX_VALUE}
                }) {
            byte[] header = LogHeaders.span(prefix, range[0], range[1]);

            assertThat(new String(header, US_ASCII))
                    .isEqualTo("4f1c09d2aa310b7e:" + range[0] + "-" + range[1]);
            assertThat(Span.parse(header))
                    .contains(new Span("4f1c09d2aa310b7e", range[0], range[1]));
        }
    }

    @Test
    void refusesWhatIsNoSpan() {
        for (String text :
                new String[] {
                    "",
                    "4f1c09d2aa310b7e",
                    "4f1c09d2aa310b7e:5",
                    "4f1c09d2aa310b7e:6-5",
                    "4F1C09D2AA310B7E:0-1",
                    "4f:0-1"
                }) {
            assertThat(Span.parse(text.getBytes(US_ASCII))).as(text).isEmpty();
        }
    }

    @Test
    void readsSkippedRanges() {
        assertThat(SkippedRange.parse("12-20:drop,30-31:dead-letter".getBytes(US_ASCII)))
                .containsExactly(
                        new SkippedRange(12, 20, "drop"), new SkippedRange(30, 31, "dead-letter"));
    }

    @Test
    void choosesIdsOfSixteenHexDigits() {
        assertThat(FileIds.next()).matches("[0-9a-f]{16}").isNotEqualTo(FileIds.next());
    }
}
