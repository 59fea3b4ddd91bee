package io.moor.volumes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the operating system's programs: no shell, a clean environment, a time limit, and output
 * that is kept up to a limit. An interrupt of the calling thread kills the program.
 */
final class Commands {

    /** Where system programs are; the caller's PATH often lacks the {@code sbin} directories. */
    private static final List<Path> SYSTEM =
            List.of(
                    Path.of("/usr/sbin"),
                    Path.of("/usr/bin"),
                    Path.of("/sbin"),
                    Path.of("/bin"),
                    Path.of("/usr/local/sbin"),
                    Path.of("/usr/local/bin"));

    /** Bytes kept of each stream; more than any program here says when nothing is wrong. */
    private static final int KEPT_BYTES = 64 * 1024;

    /** How long a killed program may take to disappear, and its output to end. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Map<String, String> PACKAGES =
            Map.of(
                    "mkfs.ext4", "e2fsprogs",
                    "e2fsck", "e2fsprogs",
                    "mount", "mount",
                    "umount", "mount",
                    "losetup", "mount",
                    "sync", "coreutils");

    private final List<Path> directories;

    Commands() {
        this(SYSTEM);
    }

    Commands(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /**
     * Runs a program to its end, whatever its exit code.
     *
     * @throws VolumeException when it is not installed, takes too long, or the thread is
     *     interrupted (the interrupt stays set); it is dead then, but may have done its work
     */
    CommandResult run(Duration limit, String program, String... arguments) throws VolumeException {
        List<String> line = new ArrayList<>();
        line.add(find(program).toString());
        line.addAll(List.of(arguments));
        Process process = start(program, line);
        FutureTask<String> output = collect(process.getInputStream());
        FutureTask<String> errors = collect(process.getErrorStream());
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new VolumeException(
                        program + " did not end within " + limit.toSeconds() + " s and was killed",
                        true);
            }
            return new CommandResult(program, process.exitValue(), text(output), text(errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VolumeException(program + " was stopped by an interrupt", true, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new VolumeException("the output of " + program + " cannot be read", true, e);
        } finally {
            kill(process);
        }
    }

    private Path find(String program) throws VolumeException {
        for (Path directory : directories) {
            Path candidate = directory.resolve(program);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new VolumeException(
                program
                        + " is not installed: install the package "
                        + PACKAGES.getOrDefault(program, program)
                        + " (Debian's name), or use volumes of type directory",
                false);
    }

    private static Process start(String program, List<String> line) throws VolumeException {
        ProcessBuilder builder = new ProcessBuilder(line).directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw new VolumeException(program + " cannot be started", true, e);
        }
    }

    private static FutureTask<String> collect(InputStream stream) {
        FutureTask<String> task = new FutureTask<>(() -> beginningOf(stream));
        Thread.ofVirtual().start(task);
        return task;
    }

    /** Reads to the end, so that the program never waits for us, and keeps the beginning. */
    private static String beginningOf(InputStream stream) {
        try (stream) {
            byte[] kept = stream.readNBytes(KEPT_BYTES);
            stream.transferTo(OutputStream.nullOutputStream());
            return new String(kept, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(FutureTask<String> task)
            throws InterruptedException, ExecutionException, TimeoutException {
        return task.get(GRACE.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Kills the program and what it started; one that the kernel will not let go is left to it. */
    private static void kill(Process process) {
        if (!process.isAlive()) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(GRACE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
