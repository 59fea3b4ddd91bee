package io.moor.shipper.engine;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.tail.FileTail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What the engine tells others about its streams. */
final class Reports {

    private Reports() {}

    static ShipperStatus status(
            ShipperStatus.State state, String waitingFor, Collection<LogStream> streams) {
        return new ShipperStatus(
                state,
                waitingFor,
                streams.stream()
                        .map(stream ->
                                new ShipperStatus.StreamStatus(
                                        stream.key().value(),
                                        stream.target().topic(),
                                        stream.committedLines(),
                                        stream.committedBytes(),
                                        stream.behind()))
                        .toList());
    }

    /**
     * @param verified keys of the streams whose seal was read back
     */
    static DrainReport drain(Origin origin, Collection<LogStream> streams, Set<String> verified) {
        List<DrainReport.StreamReport> reports = new ArrayList<>();
        for (LogStream stream : streams) {
            reports.add(
                    new DrainReport.StreamReport(
                            stream.key().value(),
                            stream.target().topic(),
                            stream.committedLines(),
                            stream.committedBytes(),
                            stream.isSealed(),
                            verified.contains(stream.key().value()),
                            unshipped(stream)));
        }
        return new DrainReport(origin, reports);
    }

    private static List<DrainReport.Unshipped> unshipped(LogStream stream) {
        List<DrainReport.Unshipped> ranges = new ArrayList<>();
        for (Generation generation : stream.generations()) {
            FileTail tail = generation.tail();
            if (tail == null || generation.ended() == End.REWRITTEN) {
                continue;
            }
            look(tail);
            if (tail.size() > tail.committed().offset()) {
                ranges.add(
                        new DrainReport.Unshipped(
                                generation.path().toString(),
                                generation.fileId(),
                                tail.committed().offset(),
                                tail.size()));
            }
        }
        return ranges;
    }

    private static void look(FileTail tail) {
        try {
            tail.hasNews();
        } catch (IOException e) {
            // The size seen last is the best there is.
        }
    }
}
