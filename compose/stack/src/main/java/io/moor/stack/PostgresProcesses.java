package io.moor.stack;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The PostgreSQL processes that work in one data directory, found by what they are, not by a
 * remembered number: their program is ours and their working directory is the data directory.
 * Another process that got an old number is never touched.
 */
record PostgresProcesses(Path programs, Path data) {

    private static final Logger log = LoggerFactory.getLogger(PostgresProcesses.class);
    private static final int KILL_ATTEMPTS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static PostgresProcesses of(PostgresBinaries binaries, Path data) {
        return new PostgresProcesses(real(binaries.home()), real(data));
    }

    List<ProcessHandle> find() {
        return ProcessHandle.allProcesses().filter(this::isOurs).toList();
    }

    /**
     * Stops a postmaster that lost its parent, and waits for its children too: they share its
     * memory.
     */
    void stopAll() {
        List<ProcessHandle> found = find();
        if (found.isEmpty()) {
            return;
        }
        log.warn("Stopping a PostgreSQL left over by a stack that was killed: data={}", data);
        postmaster(found).ifPresent(postmaster -> Processes.signal(postmaster, "INT"));
        if (!Processes.awaitEnd(found, PATIENCE)) {
            killAll();
        }
    }

    /**
     * A dying parent may leave a child that was not yet ours to see, so it looks again until there
     * is none.
     */
    void killAll() {
        for (int attempt = 0; attempt < KILL_ATTEMPTS; attempt++) {
            List<ProcessHandle> found = find();
            if (found.isEmpty()) {
                return;
            }
            found.forEach(ProcessHandle::destroyForcibly);
            Processes.awaitEnd(found, PATIENCE);
        }
        throw new StackException("PostgreSQL processes in %s cannot be ended".formatted(data));
    }

    /**
     * PostgreSQL trusts any living process with the number in this file, whoever it is now. Call it
     * when {@link #find} is empty.
     */
    void removeStalePidFile() {
        try {
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new StackException(
                    "Cannot remove a stale postmaster.pid: " + StackException.oneLine(e), e);
        }
    }

    private Optional<ProcessHandle> postmaster(List<ProcessHandle> found) {
        return found.stream()
                .filter(process ->
                        process.parent().map(parent -> !found.contains(parent)).orElse(true))
                .findFirst();
    }

    private boolean isOurs(ProcessHandle process) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        return link(proc.resolve("exe")).startsWith(programs)
                && (data.equals(link(proc.resolve("cwd")))
                        || arguments(proc).contains(data.toString()));
    }

    private static String arguments(Path proc) {
        try {
            return Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** What a link in /proc points to; empty for a process that ended or is not ours to see. */
    private static Path link(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            return Path.of("");
        }
    }

    private static Path real(Path path) {
        try {
            return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw new StackException("Cannot resolve " + path, e);
        }
    }
}
