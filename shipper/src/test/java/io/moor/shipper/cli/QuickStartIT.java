package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The launcher's cache of loaded classes: it is used, and nothing depends on it. */
@ExtendWith(EmbeddedStackExtension.class)
class QuickStartIT {

    private static final Path MOOR = Path.of(System.getProperty("moor.root"), "moor");
    private static final Path CACHE =
            Path.of(System.getProperty("moor.root"), "shipper/target/ship.aot");

    @TempDir Path work;

    @Test
    void startsFromTheCacheAndAsWellWithOneThatIsBroken(StackEndpoints stack) throws Exception {
        assertThat(moor(Map.of(), "quick-start")).isEmpty();
        assertThat(CACHE).isRegularFile();
        Path classes = work.resolve("classes");

        assertThat(ship(stack, classes)).contains("everything is shipped");
        assertThat(shareOfCache(classes)).isGreaterThan(0.9);

        byte[] whole = Files.readAllBytes(CACHE);
        try {
            byte[] hole = whole.clone();
            Arrays.fill(hole, hole.length / 2, hole.length / 2 + (1 << 20), (byte) 0);
            for (byte[] broken :
                    List.of(new byte[0], Arrays.copyOf(whole, whole.length / 3), hole)) {
                Files.write(CACHE, broken);
                assertThat(ship(stack, classes)).contains("everything is shipped");
            }
        } finally {
            Files.write(CACHE, whole);
        }
    }

    /** What of the clients' classes came from the cache. */
    private static double shareOfCache(Path classes) throws IOException {
        List<String> own =
                Files.readAllLines(classes).stream()
                        .filter(line -> line.contains("org.apache.kafka.clients"))
                        .toList();
        assertThat(own).isNotEmpty();
        return (double) own.stream().filter(line -> line.contains("shared objects file")).count()
                / own.size();
    }

    private String ship(StackEndpoints stack, Path classes) throws Exception {
        String name = "quick-" + UUID.randomUUID();
        Path log = Files.writeString(work.resolve(name + ".log"), "one\ntwo\n");
        String said =
                moor(
                        Map.of("MOOR_JAVA_OPTS", "-Xlog:class+load:file=" + classes),
                        "ship",
                        "--kafka",
                        stack.kafka(),
                        "--topic",
                        name,
                        "--state",
                        work.resolve(name).toString(),
                        "--until-eof",
                        log.toString());
        // Nothing but what it says with a good cache.
        assertThat(said.lines().filter(line -> !line.contains("Topics topic was missing")))
                .hasSize(1);
        return said;
    }

    /** Runs the launcher to a good end; returns everything it said. */
    private static String moor(Map<String, String> environment, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(MOOR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
