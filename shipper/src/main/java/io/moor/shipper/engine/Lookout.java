package io.moor.shipper.engine;

import io.moor.shipper.hint.ChangeHints;
import io.moor.shipper.hint.Changes;
import io.moor.shipper.tail.PathDiscovery;
import io.moor.shipper.tail.Scan;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/**
 * How changes are noticed: looks at the directories find everything, hints of the system say where
 * to look sooner.
 */
final class Lookout implements AutoCloseable {

    private final StreamBook book;
    private final PathDiscovery discovery;
    private final ChangeHints hints;
    private final ScanPace pace = new ScanPace();
    private final Agenda agenda = new Agenda();
    private final StreamChanges.Since since;
    private long number;
    private long probed;

    Lookout(StreamBook book, PathDiscovery discovery, ChangeHints hints) {
        this.book = book;
        this.discovery = discovery;
        this.hints = hints;
        this.since = book.changes().since();
    }

    Agenda agenda() {
        return agenda;
    }

    /** Takes what the system told. */
    void listen(long nowNanos) {
        Changes changes = hints.take();
        boolean ended = agenda.hinted(changes, book.streams(), nowNanos);
        if (changes.everything()) {
            discovery.forget();
        }
        if (changes.directories() || changes.everything() || ended) {
            pace.wanted();
        }
    }

    /** Nanoseconds until the directories are to be looked at. */
    long scanIn(long nowNanos) {
        return pace.nextIn(nowNanos);
    }

    /** Makes the next look a full one. */
    void forget() {
        discovery.forget();
    }

    /**
     * Looks at the directories.
     *
     * @return false when something could not be opened
     */
    boolean scan(long nowNanos) {
        Scan scan = discovery.scan(book.directories());
        boolean all = book.integrate(scan, nowNanos);
        // After the look: what happens from here on is told, and what happened before was seen.
        Set<Path> directories = scan.directories().keySet();
        Set<Path> told = hints.watch(directories);
        if (!all) {
            discovery.forget();
        }
        book.lookAfterEnded(nowNanos);
        boolean renamed = !all || scan.number() != number || since.isEverything();
        Collection<LogStream> changed = since.take(book.streams());
        if (renamed || !agenda.isTold(told)) {
            agenda.looked(book.streams(), told, renamed, nowNanos);
        } else {
            agenda.changed(changed, nowNanos);
        }
        pace.looked(
                nowNanos,
                told.containsAll(directories),
                discovery.isSettled(),
                all,
                book.probed() > probed,
                book.streams().size());
        number = scan.number();
        probed = book.probed();
        return all;
    }

    @Override
    public void close() {
        hints.close();
    }
}
