package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Files whose rights do not let the shipper read them, and then do. */
@ExtendWith(EmbeddedStackExtension.class)
class UnreadableIT {

    /** Root without the power to pass over the rights of files. */
    private static final List<String> WITHOUT_POWER =
            List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir Path work;

    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws Exception {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
        assumeTrue(canBeKeptOut(), "setpriv cannot take the power over files away");
    }

    private boolean canBeKeptOut() throws Exception {
        Path secret = rights(Files.writeString(work.resolve("secret"), "x"), "---------");
        List<String> command = new ArrayList<>(wrapper());
        command.addAll(List.of("cat", secret.toString()));
        return new ProcessBuilder(command).start().waitFor() != 0;
    }

    /** The other files go on meanwhile, and nothing has to be started again. */
    @Test
    void aFileIsShippedWhenItCanBeReadWhileTheOthersGoOn() throws Exception {
        Path secret = rights(rig.write("secret.log", "s1\ns2\n"), "---------");
        rig.write("app.log", "1\n");
        try (ShipProcess shipper = start()) {
            awaitValues("app.log", "1");
            rig.write("app.log", "2\n");
            awaitValues("app.log", "1", "2");
            assertThat(shipper.output()).contains("cannot be read", secret.toString());

            rights(secret, "rw-r--r--");
            awaitValues("secret.log", "s1", "s2");
            // What is open stays readable, as for whoever writes it.
            try (FileChannel application = FileChannel.open(secret, StandardOpenOption.APPEND)) {
                rights(secret, "---------");
                application.write(ByteBuffer.wrap("s3\n".getBytes(UTF_8)));
            }
            awaitValues("secret.log", "s1", "s2", "s3");
            shipper.terminate();
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
        }
        assertThat(rig.verify().streams()).hasSize(2).allMatch(stream -> stream.holds());
    }

    @Test
    void aRunToTheEndTellsWhatItCouldNotReadAndTheNextOneShipsIt() throws Exception {
        Path secret = rights(rig.write("secret.log", "s1\ns2\n"), "---------");
        rig.write("app.log", "1\n");
        runToTheEnd(3, secret + "\"");
        assertThat(rig.values("app.log")).containsExactly("1");

        rights(secret, "rw-r--r--");
        runToTheEnd(0, "");
        assertThat(rig.values("secret.log")).containsExactly("s1", "s2");

        // Known and shipped in part: exactly the rest is told.
        rig.write("secret.log", "s3\n");
        rights(secret, "---------");
        runToTheEnd(3, "\"start\" : 6,");
        rights(secret, "rw-r--r--");
        runToTheEnd(0, "");
        assertThat(rig.values("secret.log")).containsExactly("s1", "s2", "s3");
        assertThat(rig.verdict("secret.log").holds()).isTrue();
    }

    /** Nobody knows what is in it, so nobody may say that everything is shipped. */
    @Test
    void aDirectoryThatCannotBeReadIsNotTakenForAnEmptyOne() throws Exception {
        Path closed = Files.createDirectory(rig.logs.resolve("closed"));
        rig.write("closed/secret.log", "s1\n");
        rig.write("open.log", "1\n");
        rights(closed, "---------");
        try (ShipProcess shipper = start("--until-eof", rig.logs + "/**/*.log")) {
            assertThat(shipper.exitCode()).as(shipper.output()).isEqualTo(3);
            assertThat(shipper.output()).contains(closed.toString());
        } finally {
            rights(closed, "rwxr-xr-x");
        }
        try (ShipProcess shipper = start("--until-eof", rig.logs + "/**/*.log")) {
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
        }
        assertThat(rig.values("closed/secret.log")).containsExactly("s1");
    }

    private void runToTheEnd(int code, String told) throws Exception {
        try (ShipProcess shipper = start("--until-eof", "--output", "json")) {
            assertThat(shipper.exitCode()).as(shipper.output()).isEqualTo(code);
            assertThat(shipper.output()).contains(told);
        }
    }

    private void awaitValues(String name, String... values) {
        Awaitility.await()
                .atMost(LONG)
                .ignoreExceptions()
                .until(() -> rig.values(name).equals(List.of(values)));
    }

    private static Path rights(Path file, String rights) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    }

    private static List<String> wrapper() throws IOException {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        return root ? WITHOUT_POWER : List.of();
    }

    private ShipProcess start(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("ship", "--kafka", kafka));
        arguments.addAll(List.of("--topic", rig.topic, "--instance", "host"));
        arguments.addAll(List.of("--state", work.resolve("state").toString()));
        arguments.addAll(List.of("--origin", rig.origin.id()));
        arguments.addAll(List.of(more));
        arguments.add(rig.logs + "/*.log");
        return ShipProcess.start(
                wrapper(), List.of(), work.resolve("ship.out"), arguments.toArray(String[]::new));
    }
}
