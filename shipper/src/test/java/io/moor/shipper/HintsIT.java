package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** When the system tells too little, or nothing: everything is shipped all the same. */
@ExtendWith(EmbeddedStackExtension.class)
class HintsIT {

    private static final String LIMIT = "/proc/sys/user/max_inotify_watches";

    @TempDir Path work;

    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
    }

    /** A frozen shipper reads no events: the system's queue overflows. */
    @Test
    void losesNothingWhenTheQueueOfTheSystemOverflows() throws Exception {
        long queue =
                Long.parseLong(
                        Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_queued_events"))
                                .getFirst());
        rig.write("one.log", "0\n");
        rig.write("other.log", "0\n");
        Path output = work.resolve("output");
        try (ShipProcess shipper = ShipProcess.start(List.of(), output, arguments())) {
            rig.awaitVerifiedStreams(2);
            shipper.signal("STOP");
            try (OutputStream one = appending("one.log");
                    OutputStream other = appending("other.log")) {
                for (long i = 0; i < queue / 2 + 100; i++) {
                    one.write("1\n".getBytes(US_ASCII));
                    other.write("2\n".getBytes(US_ASCII));
                }
            }
            // Of all this nothing is told any more.
            rig.move("one.log", "one.log.1");
            rig.write("one.log", "3\n");
            rig.write("new.log", "4\n");
            shipper.signal("CONT");

            rig.awaitVerifiedStreams(3);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> shipper.output().contains("everything is looked at"));
            shipper.terminate();
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
        }
        assertThat(rig.values("one.log")).hasSize((int) (queue / 2) + 102).endsWith("1", "3");
        assertThat(rig.values("other.log")).hasSize((int) (queue / 2) + 101);
        assertThat(rig.values("new.log")).containsExactly("4");
        assertThat(rig.verify().holds()).isTrue();
    }

    @Test
    void shipsEverythingWhereNoDirectoryMayBeWatched() throws Exception {
        Assumptions.assumeTrue(mayLimitWatches(), "needs the right to make a user namespace");
        rig.write("app.log", "1\n");
        Path output = work.resolve("output");
        Process shipper =
                Jvm.of(List.of("-Xmx192m"), "io.moor.shipper.cli.ShipperMain")
                        .arguments(arguments())
                        .under(
                                "unshare",
                                "--user",
                                "--map-root-user",
                                "sh",
                                "-c",
                                "echo 0 > " + LIMIT + " && exec \"$@\"",
                                "sh")
                        .start(output);
        try {
            rig.awaitVerified(1);
            rig.write("app.log", "2\n");
            rig.awaitVerified(2);
            rig.move("app.log", "app.log.1");
            rig.write("app.log", "3\n");
            rig.write("new.log", "4\n");
            rig.awaitVerified(3);
            rig.awaitVerifiedStreams(2);
            shipper.destroy();
            assertThat(shipper.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            shipper.destroyForcibly();
        }
        assertThat(shipper.exitValue()).as(Files.readString(output)).isZero();
        assertThat(rig.values("app.log")).containsExactly("1", "2", "3");
        assertThat(rig.values("new.log")).containsExactly("4");
        assertThat(Files.readString(output))
                .containsOnlyOnce("fs.inotify.max_user_watches")
                .contains("are looked at all the time");
    }

    private static boolean mayLimitWatches() throws IOException, InterruptedException {
        return new ProcessBuilder(
                                "unshare",
                                "--user",
                                "--map-root-user",
                                "sh",
                                "-c",
                                "echo 0 > " + LIMIT)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private OutputStream appending(String name) throws IOException {
        return Files.newOutputStream(rig.logs.resolve(name), StandardOpenOption.APPEND);
    }

    private String[] arguments() {
        return Stream.of(
                        "ship",
                        "--kafka",
                        kafka,
                        "--topic",
                        rig.topic,
                        "--origin",
                        rig.origin.id(),
                        "--instance",
                        "host",
                        "--state",
                        work.resolve("state").toString(),
                        rig.logs + "/*.log")
                .toArray(String[]::new);
    }
}
