package io.moor.shipper.spool;

import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.frame.Encoding;
import io.moor.shipper.frame.LineCut;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Blocks of bytes as they come, until the input ends. A drain goes on until the end, or until
 * nothing came for a second: that is all a reader of a pipe can know of its writer.
 */
final class StandardInputFeed implements Feed {

    private static final Logger LOG = LoggerFactory.getLogger(StandardInputFeed.class);

    private static final int BLOCK = 64 << 10;
    private static final long QUIET = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_MS = 10;

    private final InputStream in;
    private final Spool spool;
    private final LineCut lines;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicReference<Doing> doing = new AtomicReference<>(Doing.KEEPING);
    private volatile long readingSince;
    private volatile boolean cut;
    private boolean begun;
    private long bytes;

    /** What is read after STOPPED is not ours any more. */
    private enum Doing {
        READING,
        KEEPING,
        STOPPED
    }

    StandardInputFeed(InputStream in, Spool spool, Encoding encoding) {
        this.in = in;
        this.spool = spool;
        this.lines = new LineCut(encoding);
    }

    @Override
    public void start() {
        // A daemon: nothing wakes a thread that reads from an idle pipe.
        Thread.ofPlatform().name("moor-stdin").daemon().start(this::run);
    }

    private void run() {
        try {
            read();
            LOG.atInfo()
                    .addKeyValue("bytes", bytes)
                    .log(bytes == 0 ? "standard input was empty" : "standard input has ended");
            spool.close();
            ended.complete(null);
        } catch (SpoolStopped | InterruptedException stopped) {
            spool.close();
            ended.complete(null);
        } catch (IOException e) {
            spool.close();
            ended.completeExceptionally(
                    new ShipperException(
                            Reason.INPUT_UNUSABLE,
                            "standard input cannot be read ("
                                    + e.getMessage()
                                    + "); what was read before is shipped",
                            e));
        }
    }

    private void read() throws IOException, InterruptedException {
        byte[] block = new byte[BLOCK];
        while (true) {
            readingSince = System.nanoTime();
            doing.compareAndSet(Doing.KEEPING, Doing.READING);
            int length = in.read(block);
            if (!doing.compareAndSet(Doing.READING, Doing.KEEPING)) {
                throw new SpoolStopped();
            }
            if (length < 0) {
                return;
            }
            lines.read(block, length);
            bytes += length;
            keep(block, length);
        }
    }

    private void keep(byte[] block, int length) throws IOException, InterruptedException {
        int from = 0;
        if (spool.isCutDue(length)) {
            int end = lines.afterLastLine(block, 0, length, spool.liveBytes());
            if (end == 0 && spool.isCutOverdue()) {
                end = lines.betweenCharacters(block, 0, length, spool.liveBytes());
            }
            if (end > 0) {
                append(block, 0, end);
                spool.cut();
                from = end;
            }
        }
        append(block, from, length - from);
    }

    /** Each file of the spool begins with the byte order mark with which the input began. */
    private void append(byte[] block, int from, int length)
            throws IOException, InterruptedException {
        if (begun && length > 0 && spool.liveBytes() == 0) {
            byte[] mark = lines.mark();
            spool.append(mark, 0, mark.length);
        }
        begun = true;
        spool.append(block, from, length);
    }

    @Override
    public boolean drain(long deadlineNanos) throws InterruptedException {
        while (!ended.isDone()) {
            long now = System.nanoTime();
            if (isQuiet(now) && doing.compareAndSet(Doing.READING, Doing.STOPPED)) {
                spool.close();
                ended.complete(null);
                return true;
            }
            if (deadlineNanos - now <= 0 && !cut) {
                abandon();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        return !cut;
    }

    private boolean isQuiet(long now) {
        try {
            return doing.get() == Doing.READING
                    && now - readingSince >= QUIET
                    && in.available() == 0;
        } catch (IOException e) {
            // Whoever reads it tells why.
            return false;
        }
    }

    @Override
    public void abandon() {
        cut = cut || !ended.isDone();
        spool.stop();
        if (doing.compareAndSet(Doing.READING, Doing.STOPPED)) {
            spool.close();
            ended.complete(null);
        }
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }
}
