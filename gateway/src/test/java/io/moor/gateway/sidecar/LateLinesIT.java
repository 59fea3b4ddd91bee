package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.protocol.DrainOrder;
import io.moor.gateway.protocol.DrainOutcome;
import io.moor.shipper.DrainReport;
import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.Shippers;
import io.moor.shipper.config.ConfigFile;
import io.moor.shipper.verify.LogVerifier;
import io.moor.shipper.verify.StreamVerdict;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Drains of an instance whose application nobody stops: it writes right after the shipper has
 * sealed. The drain is the real one, with a real shipper and real Kafka.
 */
@ExtendWith(EmbeddedStackExtension.class)
class LateLinesIT {

    private final String topic = "late-" + UUID.randomUUID();
    private final AtomicInteger drains = new AtomicInteger();
    private final Wakeup wakeup = new Wakeup();
    private @TempDir Path work;
    private String kafka = "";
    private Path log;
    private SidecarConfig config;
    private StateDirectory state;
    private ShipperFleet fleet;
    private Runnable afterSeal = () -> {};

    /** A shipper that lets the application write as soon as its drain is done. */
    private final class Watched implements Shipper {
        private final Shipper shipper;

        Watched(Shipper shipper) {
            this.shipper = shipper;
        }

        @Override
        public ShipperStatus status() {
            return shipper.status();
        }

        @Override
        public DrainReport drain(Duration timeout) throws InterruptedException {
            DrainReport report = shipper.drain(timeout);
            drains.incrementAndGet();
            afterSeal.run();
            return report;
        }

        @Override
        public CompletableFuture<DrainReport> ended() {
            return shipper.ended();
        }

        @Override
        public void close() {
            shipper.close();
        }
    }

    @BeforeEach
    void prepare(StackEndpoints stack) throws Exception {
        kafka = stack.kafka();
        Path logs = Files.createDirectory(work.toRealPath().resolve("logs"));
        log = logs.resolve("app.log");
        append(log, "1\n");
        config =
                ConfigFile.parse(
                        "sidecar.yaml",
                        """
                        gateway: http://127.0.0.1:1
                        token: unused
                        instance: i-a
                        group: web
                        state: %s
                        kafka: {bootstrap.servers: "%s"}
                        logs: [{name: app, files: ["%s/*.log"], topic: "%s"}]
                        """
                                .formatted(work.resolve("state"), kafka, logs, topic),
                        SidecarConfig.class);
        state = StateDirectory.open(config.state());
        fleet = new ShipperFleet(given -> new Watched(Shippers.start(given)), wakeup::raise);
    }

    @AfterEach
    void close() throws InterruptedException {
        fleet.end();
        state.close();
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DrainOutcome drain(Duration timeout) throws InterruptedException {
        AttachmentBoard board =
                new AttachmentBoard(
                        new VolumeOperations(config.volumes()),
                        _ -> {},
                        state,
                        state.found(),
                        wakeup,
                        System::nanoTime);
        LogShipping logs = new LogShipping(config, board, fleet);
        DrainRun run =
                new DrainRun(
                        new DrainOrder("dr-1", timeout.toMillis()),
                        "inc-1",
                        null,
                        () -> logs.ensure(Optional.of(0)),
                        fleet,
                        logs,
                        board,
                        state,
                        wakeup);
        run.join();
        return Objects.requireNonNull(run.outcome());
    }

    private StreamVerdict verdict() throws Exception {
        return new LogVerifier(Map.of("bootstrap.servers", kafka))
                .verify(topic).streams().stream()
                        .filter(stream -> stream.stream().endsWith("/app.log"))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void shipsWhatIsWrittenAfterTheSealAndSealsAgain() throws Exception {
        afterSeal =
                () -> {
                    if (drains.get() == 1) {
                        append(log, "late\n");
                        append(log.resolveSibling("new.log"), "first\n");
                    }
                };

        DrainOutcome outcome = drain(Duration.ofSeconds(60));

        assertThat(outcome.problems()).isEmpty();
        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.streams()).hasSize(2).allMatch(DrainOutcome.Stream::verified);
        assertThat(drains).hasValue(2);
        assertThat(verdict())
                .returns(2L, StreamVerdict::lines)
                .returns(true, StreamVerdict::sealed)
                .returns(true, StreamVerdict::holds);
    }

    @Test
    void tellsExactlyWhatAnApplicationWroteThatNeverStops() throws Exception {
        afterSeal = () -> append(log, "more\n");

        DrainOutcome outcome = drain(Duration.ofSeconds(8));

        assertThat(outcome.complete()).isFalse();
        long inTopic = verdict().bytes();
        assertThat(outcome.streams())
                .singleElement()
                .satisfies(stream ->
                        assertThat(stream.unshipped())
                                .singleElement()
                                .returns(log.toString(), DrainOutcome.Unshipped::file)
                                .returns(inTopic, DrainOutcome.Unshipped::start)
                                .returns(Files.size(log), DrainOutcome.Unshipped::end));
    }

    @Test
    void tellsWhatNobodyShipsAnyMoreWhenTheFleetHasEnded() throws Exception {
        assertThat(drain(Duration.ofSeconds(60)).complete()).isTrue();
        append(log, "late\n");
        var finished = DrainReports.merge(fleet.finishAll(Duration.ofSeconds(30)), List.of());
        List<OriginLogs> told =
                new LateLines(fleet, _ -> true).ship(finished, this::endFleetAndHaveTime);

        assertThat(told)
                .singleElement()
                .satisfies(logs ->
                        assertThat(logs.streams())
                                .singleElement()
                                .satisfies(stream ->
                                        assertThat(stream.unshipped())
                                                .singleElement()
                                                .returns(2L, DrainOutcome.Unshipped::start)
                                                .returns(7L, DrainOutcome.Unshipped::end)));
    }

    /** The sidecar ends between the look and the new shipper. */
    private Duration endFleetAndHaveTime() {
        try {
            fleet.end();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Duration.ofSeconds(30);
    }

    @Test
    void endsAtOnceWhenNobodyWrites() throws Exception {
        assertThat(drain(Duration.ofSeconds(60)).complete()).isTrue();
        assertThat(drains).hasValue(1);
    }
}
