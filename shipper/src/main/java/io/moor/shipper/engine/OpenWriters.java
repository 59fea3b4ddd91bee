package io.moor.shipper.engine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Which files some process holds open for writing, from {@code /proc/PID/fd}, whatever they are
 * named now. Only what was seen once and is gone counts as gone: a process in another namespace, or
 * another user's, is never seen.
 */
final class OpenWriters {

    /** Where the processes of this system are. */
    static final Path PROC = Path.of("/proc");

    /** A walk takes milliseconds; on a machine with much to do, or with many handles, longer. */
    private static final Duration BUDGET = Duration.ofSeconds(1);

    /** O_WRONLY or O_RDWR. */
    private static final int WRITING = 3;

    private final Path processes;
    private final Set<FileKey> seen = new HashSet<>();
    private final Set<FileKey> held = new HashSet<>();
    private final Set<FileKey> gone = new HashSet<>();

    OpenWriters() {
        this(PROC);
    }

    /**
     * @param processes where the processes are to be seen
     */
    OpenWriters(Path processes) {
        this.processes = processes;
    }

    /** Looks once, for a bounded time; a look that was not finished finds nobody gone. */
    void look(Set<FileKey> files) {
        seen.retainAll(files);
        held.clear();
        gone.clear();
        if (files.isEmpty()) {
            return;
        }
        boolean finished = collect(files, held);
        seen.addAll(held);
        if (finished) {
            gone.addAll(seen);
            gone.removeAll(held);
        }
    }

    /** Whether a writer was seen and has closed the file. */
    boolean haveLeft(FileKey file) {
        return gone.contains(file);
    }

    /** Whether a writer was seen at the last look. */
    boolean areSeen(FileKey file) {
        return held.contains(file);
    }

    private boolean collect(Set<FileKey> wanted, Set<FileKey> held) {
        long end = System.nanoTime() + BUDGET.toNanos();
        try (DirectoryStream<Path> each = Files.newDirectoryStream(processes, "[0-9]*")) {
            for (Path process : each) {
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

    private static void collect(Path process, Set<FileKey> wanted, Set<FileKey> held) {
        try (DirectoryStream<Path> handles = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path handle : handles) {
                if (isFile(handle)) {
                    collect(process, handle, wanted, held);
                }
            }
        } catch (IOException | DirectoryIteratorException notOursOrGone) {
            // Another user's process, or one that has just ended.
        }
    }

    private static void collect(Path process, Path handle, Set<FileKey> wanted, Set<FileKey> held) {
        try {
            FileKey file = FileKey.at(handle);
            if (wanted.contains(file) && isWriting(process, handle)) {
                held.add(file);
            }
        } catch (IOException closedMeanwhile) {
            // The other handles of the process still count.
        }
    }

    /** Asked first, because to look at a device may have effects and takes time. */
    private static boolean isFile(Path handle) {
        try {
            String target = Files.readSymbolicLink(handle).toString();
            return target.startsWith("/")
                    && !target.startsWith("/dev/")
                    && !target.startsWith("/proc/")
                    && !target.startsWith("/sys/");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static boolean isWriting(Path process, Path handle) throws IOException {
        return Files.readAllLines(process.resolve("fdinfo").resolve(handle.getFileName())).stream()
                .filter(line -> line.startsWith("flags:"))
                .anyMatch(line -> (Integer.parseInt(line.substring(6).strip(), 8) & WRITING) != 0);
    }
}
