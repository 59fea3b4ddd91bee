package io.moor.shipper.engine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which processes hold a file open for writing, from {@code /proc/PID/fd}. Only what was seen once
 * and is gone counts as gone: a process in another namespace is never seen.
 */
final class OpenWriters {

    private static final Path PROC = Path.of("/proc");
    private static final Duration BUDGET = Duration.ofMillis(200);

    /** O_WRONLY or O_RDWR. */
    private static final int WRITING = 3;

    private final Set<Path> seen = new HashSet<>();
    private final Set<Path> gone = new HashSet<>();

    /** Looks once, for a bounded time; a look that was not finished changes nothing. */
    void look(Set<Path> files) {
        Map<String, Path> wanted = new HashMap<>();
        files.forEach(file -> wanted.put(file.toString(), file));
        Set<Path> held = new HashSet<>();
        if (!collect(wanted, held)) {
            gone.clear();
            return;
        }
        seen.addAll(held);
        gone.clear();
        seen.stream().filter(file -> !held.contains(file)).forEach(gone::add);
    }

    /** Whether a writer was seen and has closed the file. */
    boolean haveLeft(Path file) {
        return gone.contains(file);
    }

    private static boolean collect(Map<String, Path> wanted, Set<Path> held) {
        long end = System.nanoTime() + BUDGET.toNanos();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (System.nanoTime() - end > 0) {
                    return false;
                }
                collect(process, wanted, held);
            }
            return true;
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
    }

    private static void collect(Path process, Map<String, Path> wanted, Set<Path> held) {
        try (DirectoryStream<Path> handles = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path handle : handles) {
                Path file = wanted.get(target(handle));
                if (file != null && isWriting(process, handle)) {
                    held.add(file);
                }
            }
        } catch (IOException | DirectoryIteratorException notOursOrGone) {
            // Another user's process, or one that has just ended.
        }
    }

    private static String target(Path handle) {
        try {
            String target = Files.readSymbolicLink(handle).toString();
            return target.endsWith(" (deleted)")
                    ? target.substring(0, target.length() - " (deleted)".length())
                    : target;
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static boolean isWriting(Path process, Path handle) throws IOException {
        return Files.readAllLines(process.resolve("fdinfo").resolve(handle.getFileName())).stream()
                .filter(line -> line.startsWith("flags:"))
                .anyMatch(line -> (Integer.parseInt(line.substring(6).strip(), 8) & WRITING) != 0);
    }
}
