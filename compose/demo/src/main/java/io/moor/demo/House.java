package io.moor.demo;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.stack.PostgresBinaries;
import io.moor.stack.StackControl;
import io.moor.stack.StackEndpoints;
import io.moor.stack.StackException;
import io.moor.stack.StackStatus;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The data directory of a demo with everything that runs in it. Opening it cleans up after a run
 * that was killed; closing it leaves no process, and no directory when it was a temporary one.
 * Closing is idempotent and may happen at any moment, also while something is being started.
 */
final class House implements AutoCloseable {

    private final Path directory;
    private final boolean temporary;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Children children;
    private final StackControl stack;
    private final ReentrantLock startingStack = new ReentrantLock();
    private volatile boolean closed;
    private boolean clean;

    private House(Path directory, boolean temporary, FileChannel lockFile, FileLock lock) {
        this.directory = directory;
        this.temporary = temporary;
        this.lockFile = lockFile;
        this.lock = lock;
        this.children = new Children(directory);
        this.stack = StackControl.of(directory.resolve("stack"));
    }

    /**
     * @param data the directory to use, kept afterwards; empty for a temporary one
     * @throws CommandFailure when the directory cannot be used, or another demo uses it
     */
    static House open(Optional<Path> data) {
        try {
            Path directory =
                    data.isPresent()
                            ? Files.createDirectories(data.get().toAbsolutePath().normalize())
                            : Files.createTempDirectory("moor-demo-");
            Path file = directory.toRealPath().resolve("lock");
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new CommandFailure(
                        ExitCode.FAILED,
                        directory
                                + " is in use by another moor demo or moor dev; end it, or give"
                                + " another --data");
            }
            House house = new House(directory.toRealPath(), data.isEmpty(), channel, lock);
            house.cleanUpAfterAKilledRun();
            return house;
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    data.map(Path::toString).orElse("the temporary directory")
                            + " cannot be used: "
                            + describe(e)
                            + "; give a writable directory as --data",
                    e);
        }
    }

    private static String describe(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            case java.nio.file.FileAlreadyExistsException exists -> "it is not a directory";
            case java.nio.file.FileSystemException failed when failed.getReason() != null ->
                    failed.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private void cleanUpAfterAKilledRun() throws IOException {
        int killed = Children.sweep(directory);
        stack.stop();
        if (killed > 0) {
            System.err.println(
                    "ended "
                            + killed
                            + " processes that an earlier run on this directory had left behind");
        }
    }

    Path directory() {
        return directory;
    }

    Children children() {
        return children;
    }

    /**
     * Starts Kafka, PostgreSQL and S3 and returns when they are ready.
     *
     * @throws StackException when they do not start, or the demo is ending
     */
    StackEndpoints startStack() {
        startingStack.lock();
        try {
            if (closed) {
                throw new StackException("the demo is ending, nothing more is started");
            }
            return stack.start();
        } finally {
            startingStack.unlock();
        }
    }

    boolean stackIsRunning() {
        return stack.status().state() != StackStatus.State.STOPPED;
    }

    /** PostgreSQL's programs, for the business databases of the instances. */
    Path postgresHome() {
        return PostgresBinaries.in(directory.resolve("stack")).home();
    }

    @Override
    public void close() {
        closed = true;
        // Whoever comes second waits: the JVM must not end while the first is still cleaning up.
        synchronized (this) {
            if (!clean) {
                cleanUp();
                clean = true;
            }
        }
    }

    private void cleanUp() {
        children.close();
        stopStack();
        try {
            lock.release();
            lockFile.close();
            if (temporary) {
                deleteTree(directory);
            }
        } catch (IOException e) {
            System.err.println("could not clean up " + directory + ": " + e.getMessage());
        }
    }

    /**
     * A start that is under way notices the stop or completes; the second stop ends what it
     * completed.
     */
    private void stopStack() {
        stack.stop();
        startingStack.lock();
        try {
            stack.stop();
        } finally {
            startingStack.unlock();
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
