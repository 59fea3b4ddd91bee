package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.ObservedShipper;
import io.moor.shipper.ShipperStatus;

/**
 * The status of a shipper as the gateway gets it: fewer rows, and texts no longer than the protocol
 * takes, because a report that is refused would cost the lease. Pure.
 */
final class ShipperReport {

    /** Rows of files in one report. */
    private static final int FILES_MOST = 20;

    private static final int TEXT_MOST = 2_048;
    private static final int PATH_MOST = 4_096;

    private ShipperReport() {}

    static ObservedShipper of(ShipperStatus status) {
        return new ObservedShipper(
                status.origin(),
                status.state().name(),
                status.delivery(),
                cut(status.waitingFor(), TEXT_MOST),
                status.sources().stream().map(ShipperReport::source).toList(),
                status.files().stream().limit(FILES_MOST).map(ShipperReport::file).toList(),
                status.problems().stream().map(text -> cut(text, TEXT_MOST)).toList());
    }

    private static ObservedShipper.Source source(ShipperStatus.SourceStatus source) {
        return new ObservedShipper.Source(
                cut(source.source(), PATH_MOST),
                source.topic(),
                source.streams(),
                source.files(),
                source.committedLines(),
                source.committedBytes(),
                source.behindBytes(),
                source.oldestUnshippedMs(),
                source.pinnedFiles(),
                source.pinnedBytes(),
                source.unreadableFiles());
    }

    private static ObservedShipper.File file(ShipperStatus.FileStatus file) {
        return new ObservedShipper.File(
                cut(file.source(), PATH_MOST),
                cut(file.file(), PATH_MOST),
                file.fileId(),
                file.state().name(),
                file.size(),
                file.committed(),
                file.behindBytes(),
                file.oldestUnshippedMs());
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
