package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.broker.BrokerProcess;
import io.moor.shipper.verify.StreamVerdict;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Kafka is away while standard input flows: its writer waits, and nothing is lost. */
class StandardInputOutageIT {

    private static final int LINES = 60_000;
    private static final String PADDING = "y".repeat(90);
    private static final long SPOOL = 1 << 20;

    /** The pipe, and blocks that are on their way. */
    private static final long ON_THE_WAY = 512 << 10;

    @TempDir Path work;

    private final AtomicLong written = new AtomicLong();

    @Test
    void itsWriterWaitsWhileTheSpoolIsFullAndNothingIsLost() throws Exception {
        try (BrokerProcess broker = BrokerProcess.in(work.resolve("kafka"))) {
            ShippingRig rig = new ShippingRig(work, broker.address());
            Path output = work.resolve("ship.out");
            try (ShipProcess shipper =
                    ShipProcess.start(
                            List.of(),
                            output,
                            "ship",
                            "--kafka",
                            broker.address(),
                            "--topic",
                            rig.topic,
                            "--state",
                            work.resolve("state").toString(),
                            "--instance",
                            "host",
                            "--spool-max",
                            "1MiB",
                            "-X",
                            "max.block.ms=3000",
                            "-X",
                            "request.timeout.ms=1000",
                            "-X",
                            "delivery.timeout.ms=2000",
                            "-")) {
                write(shipper.input(), 0, 10);
                rig.awaitVerified(10);
                broker.kill();
                Thread writer =
                        Thread.ofPlatform()
                                .start(() -> {
                                    try (OutputStream in = shipper.input()) {
                                        write(in, 10, LINES);
                                    } catch (IOException e) {
                                        throw new java.io.UncheckedIOException(e);
                                    }
                                });
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> shipper.output().contains("the spool is full"));
                long held = awaitStandstill();
                assertThat(held).isLessThan(SPOOL + ON_THE_WAY).isGreaterThan(SPOOL / 2);
                assertThat(spoolBytes()).isLessThanOrEqualTo(SPOOL);
                broker.start();
                writer.join();
                assertThat(shipper.exitCode(Duration.ofMinutes(2))).as(shipper.output()).isZero();
                assertThat(shipper.output()).contains("the spool has room again");
            }

            assertThat(rig.lines())
                    .extracting(ShippingRig.Line::value)
                    .isEqualTo(IntStream.range(0, LINES).mapToObj(i -> i + ":" + PADDING).toList());
            assertThat(rig.verify().streams())
                    .singleElement()
                    .returns(true, StreamVerdict::holds)
                    .returns(true, StreamVerdict::sealed);
        }
    }

    private void write(OutputStream out, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            byte[] line = (i + ":" + PADDING + "\n").getBytes(UTF_8);
            out.write(line);
            written.addAndGet(line.length);
        }
        out.flush();
    }

    /** How much was taken when nothing more is taken for a second and a half. */
    private long awaitStandstill() throws InterruptedException {
        long before = -1;
        for (long now = written.get(); now != before; now = written.get()) {
            before = now;
            Thread.sleep(1_500);
        }
        return before;
    }

    private long spoolBytes() throws IOException {
        try (var files = Files.walk(work.resolve("state/spool"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
