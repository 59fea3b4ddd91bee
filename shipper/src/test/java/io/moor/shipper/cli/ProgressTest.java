package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class ProgressTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void appearsAfterASecondAtMostTenTimesASecondAndClearsItself() {
        try (var progress = new Progress(new PrintStream(err), true, nanos::get)) {
            progress.update("too early");
            nanos.addAndGet(Duration.ofMillis(1001).toNanos());
            progress.update("one");
            progress.update("too often");
            nanos.addAndGet(Duration.ofMillis(101).toNanos());
            progress.update("two");
        }

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r\u001b[Kone\r\u001b[Ktwo\r\u001b[K");
    }

    @Test
    void isSilentWithoutATerminal() {
        try (var progress = new Progress(new PrintStream(err), false, nanos::get)) {
            nanos.addAndGet(Duration.ofSeconds(9).toNanos());
            progress.update("one");
        }

        assertThat(err.size()).isZero();
    }
}
