package io.moor.shipper.hint;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Hints by inotify: a thread that reads events and keeps each change once until it is taken. It
 * rests a moment after each read, so that a writer of a hundred thousand lines a second does not
 * wake it for each of them; what happens meanwhile waits in the system's queue.
 */
public final class DirectoryHints implements ChangeHints {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryHints.class);

    /** Directories that are watched at most; others are only looked at. */
    private static final int MOST_DIRECTORIES = 65_536;

    /** Written files that are told one by one. */
    private static final int MOST_FILES = 8_192;

    private static final Duration REST = Duration.ofMillis(4);

    private static final int CONTENT = Inotify.MODIFY;
    private static final int GONE = Inotify.DELETE_SELF | Inotify.MOVE_SELF | Inotify.IGNORED;

    private final Inotify inotify;
    private final Watches watches;
    private final Pending pending = new Pending(MOST_FILES);
    private final Runnable wake;
    private final Thread thread;
    private volatile boolean closed;

    /** The thread failed: nothing is told any more. */
    private volatile boolean broken;

    private boolean toldLimit;
    private boolean toldOverflow;

    private DirectoryHints(Inotify inotify, int most, String name, Runnable wake) {
        this.inotify = inotify;
        this.watches = new Watches(inotify, most);
        this.wake = wake;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /**
     * Hints, where the system has them; otherwise none, which is said.
     *
     * @param name of the thread
     * @param wake called by that thread when there is something to take; must not block
     */
    public static ChangeHints start(String name, Runnable wake) {
        try {
            DirectoryHints hints = open(MOST_DIRECTORIES, name, wake);
            hints.start();
            return hints;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("the system does not tell of changes; files are looked at all the time");
            return new NoHints();
        }
    }

    /**
     * Not started yet: what happens is kept by the system.
     *
     * @param most directories that are watched
     */
    static DirectoryHints open(int most, String name, Runnable wake) throws IOException {
        return new DirectoryHints(Inotify.open(), most, name, wake);
    }

    void start() {
        thread.start();
    }

    @Override
    public Set<Path> watch(Set<Path> directories) {
        if (broken) {
            return Set.of();
        }
        Set<Path> covered = watches.set(directories);
        String refusal = watches.refusal();
        if (refusal != null && !toldLimit) {
            toldLimit = true;
            LOG.atWarn()
                    .addKeyValue("reason", refusal)
                    .log(
                            "not every directory can be watched; the files of the others are looked"
                                    + " at all the time, which finds everything and costs more");
        }
        return covered;
    }

    @Override
    public Changes take() {
        return pending.take();
    }

    private void run() {
        try {
            while (!closed) {
                inotify.await();
                inotify.read(this::event);
                if (!pending.isEmpty()) {
                    wake.run();
                }
                inotify.pause(REST);
            }
        } catch (IOException | RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("changes are not told any more; files are looked at all the time");
            broken = true;
            pending.everything();
            wake.run();
        }
    }

    private void event(Inotify.Event event) {
        int mask = event.mask();
        if ((mask & Inotify.OVERFLOW) != 0) {
            overflow();
            return;
        }
        if ((mask & CONTENT) != 0) {
            for (Path directory : watches.paths(event.watch())) {
                pending.file(directory.resolve(event.name()));
            }
            return;
        }
        if ((mask & GONE) != 0) {
            watches.lost(event.watch());
        }
        pending.directories();
    }

    private void overflow() {
        pending.everything();
        pending.directories();
        if (!toldOverflow) {
            toldOverflow = true;
            LOG.info(
                    "more changed at once than the system tells one by one"
                            + " (fs.inotify.max_queued_events); everything is looked at");
        }
    }

    /** Ends the thread and gives back what the system keeps; nothing is told afterwards. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        inotify.wake();
        boolean interrupted = joined();
        broken = true;
        inotify.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean joined() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** The thread, for tests. */
    Thread thread() {
        return thread;
    }
}
