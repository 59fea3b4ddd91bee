package io.moor.shipper.engine;

import io.moor.shipper.ShipperStatus.SourceStatus;
import io.moor.shipper.SourceConfig;

/** Sums over streams of a source. */
final class SourceSums {
    final SourceConfig source;
    int streams;
    int files;
    long lines;
    long bytes;
    long behind;

    /** The largest age, in milliseconds. */
    long oldest;

    int pinned;
    long pinnedBytes;
    int unreadable;

    SourceSums(SourceConfig source) {
        this.source = source;
    }

    /** Adds what other streams of the source have. */
    void add(SourceSums other) {
        add(other, 1);
        oldest = Math.max(oldest, other.oldest);
    }

    /** Takes back what was added and had no age. */
    void subtract(SourceSums other) {
        add(other, -1);
    }

    private void add(SourceSums other, int times) {
        streams += times * other.streams;
        files += times * other.files;
        lines += times * other.lines;
        bytes += times * other.bytes;
        behind += times * other.behind;
        pinned += times * other.pinned;
        pinnedBytes += times * other.pinnedBytes;
        unreadable += times * other.unreadable;
    }

    SourceStatus status() {
        return new SourceStatus(
                source.name(),
                source.topic(),
                streams,
                files,
                lines,
                bytes,
                behind,
                oldest,
                pinned,
                pinnedBytes,
                unreadable);
    }
}
