package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.broker.FaultyBroker;
import io.moor.shipper.broker.FaultyTransport.Fault;

import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Rows 12, 13 and 15 of the catalogue of losses: the last lines of an application, which are the
 * most interesting ones.
 */
class LastLinesIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir static Path shared;
    @TempDir Path work;

    private static FaultyBroker broker;
    private ShippingRig rig;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = FaultyBroker.start(shared.resolve("kafka"), Map.of());
    }

    @AfterAll
    static void stopBroker() throws IOException {
        broker.close();
    }

    @BeforeEach
    void prepare() throws IOException {
        broker.network().mend();
        rig = new ShippingRig(work, broker.address());
    }

    /** Row 12: both get SIGTERM at once, and the application takes its time. */
    @Test
    void whatTheApplicationWritesWhileItTerminatesIsShipped() throws Exception {
        Path log = rig.write("app.log", "");
        List<String> expected = new ArrayList<>(List.of("running"));
        try (ShipProcess shipper = start()) {
            try (FileChannel application = FileChannel.open(log, StandardOpenOption.APPEND)) {
                write(application, "running\n");
                rig.awaitVerified(1);
                shipper.terminate();
                for (int i = 0; i < 30; i++) {
                    // Never as long as the quiet second after which a file is over.
                    TimeUnit.MILLISECONDS.sleep(100);
                    write(application, "terminating " + i + "\n");
                    expected.add("terminating " + i);
                }
                assertThat(shipper.isAlive()).as(shipper.output()).isTrue();
                write(application, "last words");
                expected.add("last words");
            }
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
        }
        assertThat(rig.values("app.log")).isEqualTo(expected);
        assertThat(rig.verdict("app.log").sealed()).isTrue();
    }

    /** Row 13: everything is read at once, and Kafka takes it late. */
    @Test
    void aRunToTheEndDoesNotEndBeforeKafkaHasTheLines() throws Exception {
        rig.write("app.log", "1\n2\nrest");
        try (Shipper shipper =
                Shippers.start(
                        ShippingRig.untilEof(
                                rig.config(
                                        "state", Map.of("bootstrap.servers", broker.behind()))))) {
            broker.network().loseRequests(ApiKeys.END_TXN, Fault.HOLD);
            TimeUnit.MILLISECONDS.sleep(2_500);
            boolean endedEarly = shipper.ended().isDone() && rig.lines().isEmpty();
            assertThat(endedEarly).isFalse();
            broker.network().mend();

            assertThat(shipper.ended().get(LONG.toSeconds(), TimeUnit.SECONDS).complete()).isTrue();
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2", "rest");
    }

    /** Row 15: killed while the file ends in the middle of a character, and of a line. */
    @Test
    void aLineAndACharacterThatAreCutByAKillAreOneRecord() throws Exception {
        byte[] line = "\ud55c\uad6d\uc5b4 \ud83d\ude00\n".getBytes(UTF_8);
        Path log = rig.write("app.log", "1\n");
        try (FileChannel application = FileChannel.open(log, StandardOpenOption.APPEND)) {
            for (int cut : new int[] {4, 12}) {
                application.write(ByteBuffer.wrap(line, 0, cut));
                long before = rig.lines().size();
                try (ShipProcess shipper = start()) {
                    // Another file tells that it has read everything there is.
                    rig.write("other" + cut + ".log", "x\n");
                    Awaitility.await()
                            .atMost(LONG)
                            .ignoreExceptions()
                            .until(() -> lines() > before);
                    shipper.kill();
                }
                application.write(ByteBuffer.wrap(line, cut, line.length - cut));
            }
        }
        try (ShipProcess last = start("--until-eof")) {
            assertThat(last.exitCode()).as(last.output()).isZero();
        }
        String text = new String(line, UTF_8).strip();
        assertThat(rig.values("app.log")).containsExactly("1", text, text);
        assertThat(rig.lines()).allMatch(each -> each.flags().isEmpty());
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    private int lines() {
        return rig.lines().size();
    }

    private static void write(FileChannel file, String text) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private ShipProcess start(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("ship", "--kafka", broker.address()));
        arguments.addAll(List.of("--topic", rig.topic, "--instance", "host"));
        arguments.addAll(List.of("--state", work.resolve("state").toString()));
        arguments.addAll(List.of("--origin", rig.origin.id()));
        arguments.addAll(List.of(more));
        arguments.add(rig.logs + "/*.log");
        return ShipProcess.start(
                List.of(), work.resolve("ship.out"), arguments.toArray(String[]::new));
    }
}
