package io.moor.shipper.engine;

import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** Opens files again that gave their handle back, when there is something new in them. */
final class ParkedFiles {

    private final FileObserver observer;
    private final InstantSource clock;
    private final Handles handles;

    ParkedFiles(FileObserver observer, InstantSource clock, Handles handles) {
        this.observer = observer;
        this.clock = clock;
        this.handles = handles;
    }

    /** What a look at a parked file found. */
    enum Found {
        /** It is as it was. */
        NOTHING_NEW,
        /** It is open. */
        OPEN,
        /** It has news and waits for a handle. */
        WAITING,
        /** Its committed bytes are not there any more. */
        REWRITTEN,
        /** Not under its name: a scan will tell. */
        GONE
    }

    /** Counts a handle that is not of a parked file. */
    void opened(Generation generation) {
        handles.opened(generation);
    }

    /** Whether a file looks as it did when this was asked before, and was looked into since. */
    boolean isStill(Generation generation) throws IOException {
        return generation.isAsGlancedAt(Glance.at(generation.path()));
    }

    Found look(Generation generation, long nowNanos) throws IOException {
        Optional<ObservedFile> seen =
                observer.observe(generation.path())
                        .filter(now -> now.physical().isSameFile(generation.physical()));
        if (seen.isEmpty()) {
            return Found.GONE;
        }
        ObservedFile file = seen.get();
        boolean same = file.size() == generation.committedOffset();
        if (same && generation.isAsLookedInto(file)) {
            return Found.NOTHING_NEW;
        }
        Optional<Frontier> place = FrontierFinder.find(file.path(), generation.committed());
        if (place.isEmpty()) {
            // A name that moved on since it was looked at leads to the bytes of another file.
            return observer.isStill(file) ? Found.REWRITTEN : Found.GONE;
        }
        if (same) {
            return Found.NOTHING_NEW;
        }
        generation.open(file.path(), place.get());
        if (!observer.isStill(file)) {
            generation.closeHandle();
            return Found.GONE;
        }
        generation.quietSince(file.modified(), clock.instant(), nowNanos);
        return handles.reading(generation, nowNanos) ? Found.OPEN : Found.WAITING;
    }
}
