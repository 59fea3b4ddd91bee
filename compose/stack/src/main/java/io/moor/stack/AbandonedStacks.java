package io.moor.stack;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cleans up after test runs that were killed: their PostgreSQL runs on, and their directory fills
 * the disk.
 */
final class AbandonedStacks {

    private static final Logger log = LoggerFactory.getLogger(AbandonedStacks.class);

    /** A younger directory may belong to a run that has not locked it yet. */
    private static final Duration YOUNG = Duration.ofMinutes(10);

    private AbandonedStacks() {}

    static void sweep(Path temporary, String prefix) throws IOException {
        for (Path directory : candidates(temporary, prefix)) {
            StackDirectory stack = new StackDirectory(directory);
            try (var _ = stack.lock()) {
                PostgresProcesses.of(PostgresBinaries.locate(directory), stack.postgres())
                        .killAll();
                StackDirectory.deleteTree(directory);
            } catch (StackException e) {
                log.debug("Left alone: directory={} reason={}", directory, e.getMessage());
            }
        }
    }

    private static List<Path> candidates(Path temporary, String prefix) throws IOException {
        Instant limit = Instant.now().minus(YOUNG);
        try (Stream<Path> entries = Files.list(temporary)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(prefix))
                    .filter(entry -> isOlder(entry, limit))
                    .toList();
        }
    }

    private static boolean isOlder(Path directory, Instant limit) {
        try {
            return Files.isDirectory(directory)
                    && Files.isWritable(directory)
                    && Files.getLastModifiedTime(directory).toInstant().isBefore(limit);
        } catch (IOException e) {
            return false;
        }
    }
}
