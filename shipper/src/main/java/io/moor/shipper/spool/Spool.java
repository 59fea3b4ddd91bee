package io.moor.shipper.spool;

import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.engine.SpoolProgress.SpoolFile;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.identity.PhysicalId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files of one spool. One thread writes; the engine's thread tells what is committed and
 * removes that. Bytes are in the spool when they are in the page cache: they survive the death of
 * this process, not a power failure.
 *
 * <p>The file that is written is renamed only after the engine has it open, and nothing is written
 * before the engine knows what an earlier run left: so the engine never has to guess the order of
 * files. A file is removed only when the engine found it, in this run, under the name it has now,
 * and all of its bytes are committed.
 */
public final class Spool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    private static final long LARGEST_FILE = 64L << 20;
    private static final long FILES = 8;
    private static final long PATIENCE_S = 10;
    private static final long DISK_AGAIN_S = 1;

    private final SpoolConfig config;
    private final String name;
    private final boolean keepsLast;
    private final FileObserver observer = new FileObserver(Optional.empty());
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Files that are not written any more, in their order. */
    private final List<Kept> kept = new ArrayList<>();

    private List<SpoolFile> told = List.of();
    private boolean stopped;
    private boolean full;
    private boolean leftTold;

    /** The file of an earlier run is still there, under its name, and is not written on. */
    private boolean leftLive;

    private long number;
    private @Nullable FileChannel channel;
    private @Nullable PhysicalId live;
    private long liveBytes;
    private boolean liveHasLines;

    /** A file that is not written any more. */
    private record Kept(Path path, PhysicalId physical, long size, boolean hasLines) {}

    private Spool(String name, SpoolConfig config, boolean keepsLast) {
        this.name = name;
        this.config = config;
        this.keepsLast = keepsLast;
    }

    /**
     * Opens a spool, with what an earlier run left. To be called by the holder of the state
     * directory's lock.
     *
     * @param name of the source, for messages
     * @param goesOn whether the last file is written on, and the newest lines are kept although
     *     they are committed; else a new input is no continuation of the last one's last line
     */
    static Spool open(String name, SpoolConfig config, boolean goesOn) throws ShipperException {
        Spool spool = new Spool(name, config, goesOn);
        try {
            PrivateFiles.directories(config.directory());
            spool.findLeft(goesOn);
            return spool;
        } catch (IOException e) {
            throw new ShipperException(
                    Reason.STATE_UNUSABLE,
                    "the spool "
                            + config.directory()
                            + " cannot be used ("
                            + e
                            + "); correct its rights or choose another --state",
                    e);
        }
    }

    private void findLeft(boolean goesOn) throws IOException {
        for (Path file : SpoolFiles.rotated(config.directory())) {
            number = Math.max(number, SpoolConfig.number(file));
            keep(file);
        }
        Path file = config.live();
        if (Files.notExists(file)) {
            return;
        }
        ObservedFile seen = observe(file);
        live = seen.physical();
        liveBytes = seen.size();
        if (goesOn) {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            liveHasLines = SpoolFiles.wholeLines(file) > 0;
        } else {
            leftLive = true;
        }
    }

    private void keep(Path file) throws IOException {
        ObservedFile seen = observe(file);
        if (seen.size() == 0) {
            Files.delete(file);
        } else {
            kept.add(
                    new Kept(
                            file,
                            seen.physical(),
                            seen.size(),
                            keepsLast && SpoolFiles.wholeLines(file) > 0));
        }
    }

    private ObservedFile observe(Path file) throws IOException {
        return observer.observe(file).orElseThrow(() -> new IOException(file + " is gone"));
    }

    private Path nextName() {
        // Never a name of an earlier run, whose checkpoints tell of it.
        number = Math.max(number + 1, System.currentTimeMillis());
        return config.rotated(number);
    }

    /** Bytes in the file that is written. */
    public long liveBytes() {
        return leftLive ? 0 : liveBytes;
    }

    /** Whether the file that is written is large enough, once these bytes are added. */
    public boolean isCutDue(int more) {
        return liveBytes() + more > Math.min(config.mostBytes() / FILES, LARGEST_FILE);
    }

    /** Whether the file must end, also within a line, because the spool would be full of it. */
    public boolean isCutOverdue() {
        return liveBytes() >= config.mostBytes() / 2;
    }

    /** The newest whole line that is kept, without its end; empty when there is none. */
    public Optional<byte[]> lastLine(int most) throws IOException {
        if (liveHasLines) {
            return SpoolFiles.lastLine(config.live(), most);
        }
        for (Kept file : List.copyOf(kept).reversed()) {
            if (file.hasLines()) {
                return SpoolFiles.lastLine(file.path(), most);
            }
        }
        return Optional.empty();
    }

    /** Length of the line that was begun in the file and has no end. */
    public long tornBytes() throws IOException {
        return liveBytes == 0 ? 0 : liveBytes - SpoolFiles.wholeLines(config.live());
    }

    /** Reads what was written to the file, to compare it. */
    public byte[] written(long from, int length) throws IOException {
        try (FileChannel file = FileChannel.open(config.live(), StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) {}
            return bytes.array();
        }
    }

    /** A whole line was written. */
    public void lineEnded() {
        lock.lock();
        try {
            liveHasLines = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes; waits while the spool is full, while the disk is, and until the engine knows what an
     * earlier run left. Nothing is dropped.
     *
     * @throws SpoolStopped when it was stopped before all of it was written
     */
    public void append(byte[] bytes, int from, int length)
            throws InterruptedException, SpoolStopped {
        ByteBuffer rest = ByteBuffer.wrap(bytes, from, length);
        while (rest.hasRemaining()) {
            awaitRoom(rest.remaining());
            try {
                write(rest);
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("source", name)
                        .addKeyValue("reason", e.toString())
                        .log("the spool cannot be written; the input waits and it is tried again");
                pause(DISK_AGAIN_S);
            }
        }
    }

    private void write(ByteBuffer rest) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = PrivateFiles.create(config.live());
            channel = open;
            lock.lock();
            try {
                live = observe(config.live()).physical();
                liveBytes = 0;
                liveHasLines = false;
            } finally {
                lock.unlock();
            }
        }
        int before = rest.position();
        try {
            open.write(rest);
        } finally {
            lock.lock();
            try {
                liveBytes += rest.position() - before;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Ends the file that is written; the next bytes begin another one. */
    public void cut() throws InterruptedException, SpoolStopped {
        if (channel == null || liveBytes == 0) {
            return;
        }
        await(() -> isTold(live), "the shipper has not opened the file of the spool yet");
        rename();
    }

    private void rename() throws InterruptedException, SpoolStopped {
        while (true) {
            try {
                if (channel != null) {
                    channel.close();
                }
                Path to = nextName();
                Files.move(config.live(), to);
                rotated(to);
                return;
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("source", name)
                        .addKeyValue("reason", e.toString())
                        .log("a file of the spool cannot be renamed; it is tried again");
                pause(DISK_AGAIN_S);
            }
        }
    }

    private void rotated(Path to) {
        lock.lock();
        try {
            PhysicalId physical = live;
            if (physical != null) {
                kept.add(new Kept(to, physical, liveBytes, liveHasLines));
            }
            channel = null;
            live = null;
            liveBytes = 0;
            liveHasLines = false;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(int more) throws InterruptedException, SpoolStopped {
        if (!leftTold) {
            await(
                    this::isLeftTold,
                    "the shipper has not found what an earlier run left in the spool yet");
            leftTold = true;
        }
        if (leftLive) {
            leftLive = false;
            rename();
        }
        await(() -> hasRoom(more), "the spool is full");
    }

    private boolean isLeftTold() {
        return (live == null || isTold(live))
                && kept.stream().allMatch(file -> isTold(file.physical()));
    }

    private boolean hasRoom(int more) {
        boolean room =
                usedBytes() + more <= config.mostBytes()
                        // Then waiting would not help.
                        || kept.stream().allMatch(this::isNeeded);
        if (room && full) {
            full = false;
            LOG.atInfo().addKeyValue("source", name).log("the spool has room again");
        } else if (!room && !full) {
            full = true;
            LOG.atWarn()
                    .addKeyValue("source", name)
                    .addKeyValue("bytes", usedBytes())
                    .addKeyValue("most", config.mostBytes())
                    .log("the spool is full; its input waits until lines are committed");
        }
        return room;
    }

    /** Why nothing is read, in words; empty when something is. */
    String trouble() {
        lock.lock();
        try {
            return full
                    ? "the spool of " + name + " is full (" + usedBytes() + " bytes); it waits"
                    : "";
        } finally {
            lock.unlock();
        }
    }

    private long usedBytes() {
        return liveBytes + kept.stream().mapToLong(Kept::size).sum();
    }

    private boolean isTold(@Nullable PhysicalId file) {
        return file != null && told.stream().anyMatch(each -> each.physical().isSameFile(file));
    }

    /** A condition on what the lock guards. */
    @FunctionalInterface
    private interface Until {
        boolean holds();
    }

    private void await(Until until, String why) throws InterruptedException, SpoolStopped {
        lock.lock();
        try {
            while (!stopped && !until.holds()) {
                if (!changed.await(PATIENCE_S, TimeUnit.SECONDS) && !full) {
                    LOG.atWarn().addKeyValue("source", name).log(why);
                }
            }
            if (stopped) {
                throw new SpoolStopped();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause(long seconds) throws InterruptedException, SpoolStopped {
        lock.lock();
        try {
            long rest = TimeUnit.SECONDS.toNanos(seconds);
            while (!stopped && rest > 0) {
                rest = changed.awaitNanos(rest);
            }
            if (stopped) {
                throw new SpoolStopped();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; whoever writes is told so. Idempotent. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What the engine knew before this was opened; it is told again on its thread. */
    void begin(List<SpoolFile> files) {
        lock.lock();
        try {
            told = files;
        } finally {
            lock.unlock();
        }
    }

    /** What the engine knows; on its thread, so that no file goes while it looks at it. */
    void told(List<SpoolFile> files) {
        lock.lock();
        try {
            told = files;
            remove();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Everything is committed, sealed and verified: nothing needs to be kept; on its thread. */
    void ended() {
        lock.lock();
        try {
            remove();
            PhysicalId physical = live;
            if (!keepsLast && physical != null) {
                Kept last = new Kept(config.live(), physical, liveBytes, liveHasLines);
                if (isCommitted(last)) {
                    delete(last);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the engine told that every byte is committed; after it has ended. */
    boolean isAllCommitted() {
        lock.lock();
        try {
            PhysicalId physical = live;
            boolean liveCommitted =
                    physical == null
                            || liveBytes == 0
                            || isCommitted(
                                    new Kept(config.live(), physical, liveBytes, liveHasLines));
            return liveCommitted && kept.stream().allMatch(this::isCommitted);
        } finally {
            lock.unlock();
        }
    }

    private void remove() {
        for (Kept file : List.copyOf(kept)) {
            if (isCommitted(file) && !isNeeded(file) && delete(file)) {
                kept.remove(file);
            }
        }
    }

    private boolean isCommitted(Kept file) {
        return told.stream()
                .anyMatch(each ->
                        each.path().equals(file.path())
                                && each.physical().isSameFile(file.physical())
                                && each.committed() >= file.size());
    }

    /** Whether it holds the newest whole line, which says where to go on. */
    private boolean isNeeded(Kept file) {
        return keepsLast
                && !liveHasLines
                && kept.subList(kept.indexOf(file) + 1, kept.size()).stream()
                        .noneMatch(Kept::hasLines);
    }

    private boolean delete(Kept file) {
        try {
            boolean same =
                    observer.observe(file.path())
                            .filter(seen -> seen.physical().isSameFile(file.physical()))
                            .isPresent();
            return !same || Files.deleteIfExists(file.path());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .addKeyValue("reason", e.toString())
                    .log("a shipped file of the spool cannot be removed; it is tried again");
            return false;
        }
    }

    /** Ends the writing; on the thread that writes, or after it has ended. */
    @Override
    public void close() {
        stop();
        FileChannel open = channel;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("source", name)
                        .addKeyValue("reason", e.toString())
                        .log("the spool could not be closed");
            }
        }
    }
}
