package io.moor.shipper.journal;

import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.spool.Feed;
import io.moor.shipper.spool.Journal;
import io.moor.shipper.spool.Spool;
import io.moor.shipper.spool.SpoolStopped;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Entries of the journal, in its order. Where to go on is said by the newest whole line in the
 * spool, so position and lines cannot disagree. A drain reads to the end that the journal has then.
 */
public final class JournalFeed implements Feed {

    private static final Logger LOG = LoggerFactory.getLogger(JournalFeed.class);

    /** More than any cursor. */
    private static final int LONGEST_CURSOR = 4096;

    private static final long LOOK_S = 30;
    private static final long AGAIN_MS = 1_000;
    private static final long STOP_MS = 2_000;

    private final String name;
    private final Journal journal;
    private final Spool spool;
    private final EntrySpool entries;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile boolean toEnd;
    private volatile boolean abandoned;
    private volatile boolean cut;
    private @Nullable Journalctl running;
    private @Nullable String cursor;

    /**
     * @param untilEof whether to end where the journal ends now
     */
    public JournalFeed(String name, Journal journal, Spool spool, boolean untilEof) {
        this.name = name;
        this.journal = journal;
        this.spool = spool;
        this.entries = new EntrySpool(name, spool);
        this.toEnd = untilEof;
    }

    /**
     * Whether there is a journal that can be read.
     *
     * @throws ShipperException when not; the message says why
     */
    public static void check(Journal journal) throws ShipperException {
        try (Journalctl look = Journalctl.look(journal)) {
            look.output().transferTo(java.io.OutputStream.nullOutputStream());
            if (!look.await(LOOK_S) || look.await() != 0) {
                throw unusable("journalctl cannot read it: " + look.lastWord(), null);
            }
        } catch (IOException e) {
            throw unusable(
                    "the program journalctl of systemd is needed and cannot be started ("
                            + e.getMessage()
                            + "); install systemd",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable("interrupted", e);
        }
    }

    private static ShipperException unusable(String why, @Nullable Exception cause) {
        String message = "the journal cannot be read: " + why;
        return cause == null
                ? new ShipperException(Reason.INPUT_UNUSABLE, message)
                : new ShipperException(Reason.INPUT_UNUSABLE, message, cause);
    }

    @Override
    public void start() {
        Thread.ofPlatform().name("moor-journal-" + name).daemon().start(this::run);
    }

    private void run() {
        ShipperException failure = null;
        try {
            byte[] last = spool.lastLine(LONGEST_CURSOR).orElse(null);
            cursor = last == null ? null : EntryJson.cursor(last);
            if (last != null && cursor == null) {
                throw new IOException("the newest line of its spool has no cursor");
            }
            entries.begin();
            while (!isOver()) {
                again();
            }
        } catch (SpoolStopped | InterruptedException stopped) {
            // Its caller says what that means.
        } catch (IOException e) {
            failure = unusable(String.valueOf(e.getMessage()), e);
        } catch (ShipperException e) {
            failure = e;
        } finally {
            spool.close();
            end(failure);
        }
    }

    private void end(@Nullable ShipperException failure) {
        if (failure == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(failure);
        }
    }

    private boolean isOver() {
        return abandoned || drained.getCount() == 0;
    }

    /** One run of journalctl: until it ends, or is ended. */
    private void again() throws IOException, InterruptedException, ShipperException {
        boolean last = toEnd;
        int code;
        String word;
        try (Journalctl journalctl = Journalctl.start(journal, cursor, !last)) {
            if (!register(journalctl, last)) {
                return;
            }
            read(new ExportReader(journalctl.output()));
            code = journalctl.await();
            word = journalctl.lastWord();
        } finally {
            register(null, last);
        }
        if (abandoned || (toEnd && !last)) {
            return;
        }
        if (last) {
            if (code != 0) {
                throw unusable("journalctl ended with " + code + ": " + word, null);
            }
            drained.countDown();
            return;
        }
        LOG.atWarn()
                .addKeyValue("source", name)
                .addKeyValue("code", code)
                .addKeyValue("says", word)
                .log("journalctl has ended; it is started again where it was");
        drained.await(AGAIN_MS, TimeUnit.MILLISECONDS);
    }

    /** So that it can be ended from elsewhere. */
    private synchronized boolean register(@Nullable Journalctl journalctl, boolean last) {
        running = journalctl;
        return !abandoned && last == toEnd;
    }

    private void read(ExportReader reader) throws IOException, InterruptedException {
        boolean first = true;
        for (Entry entry = next(reader); entry != null; entry = next(reader)) {
            String at = entry.cursor();
            if (first && cursor != null) {
                if (at.equals(cursor)) {
                    first = false;
                    continue;
                }
                tellGap(cursor, at);
            }
            first = false;
            entries.append(entry);
            cursor = at;
        }
    }

    /** A journalctl that was ended from elsewhere closes its output. */
    private @Nullable Entry next(ExportReader reader) throws IOException {
        try {
            return reader.next();
        } catch (IOException e) {
            synchronized (this) {
                if (abandoned || toEnd) {
                    return null;
                }
            }
            throw e;
        }
    }

    private void tellGap(String before, String after) {
        OptionalLong between = Cursor.between(before, after);
        LOG.atWarn()
                .addKeyValue("source", name)
                .addKeyValue("before", before)
                .addKeyValue("after", after)
                .addKeyValue(
                        "lostAtMost",
                        between.isPresent() ? String.valueOf(between.getAsLong()) : "unknown")
                .log(
                        "the last shipped entry is not in the journal any more, or the matches are"
                                + " others now: entries between these two cursors were removed"
                                + " before they were read; it goes on with the next one");
    }

    @Override
    public boolean drain(long deadlineNanos) throws InterruptedException {
        synchronized (this) {
            if (!toEnd) {
                toEnd = true;
                if (running != null) {
                    running.close();
                }
            }
        }
        await(deadlineNanos);
        if (!ended.isDone()) {
            abandon();
            // It may be within a write; the engine is to see a file that nobody writes.
            await(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MS));
        }
        return !cut;
    }

    private void await(long deadlineNanos) throws InterruptedException {
        while (!ended.isDone() && deadlineNanos - System.nanoTime() > 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public void abandon() {
        synchronized (this) {
            cut = cut || !ended.isDone();
            abandoned = true;
            if (running != null) {
                running.close();
            }
        }
        spool.stop();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }
}
