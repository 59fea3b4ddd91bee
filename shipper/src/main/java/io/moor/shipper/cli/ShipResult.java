package io.moor.shipper.cli;

import io.moor.shipper.DrainReport;
import io.moor.shipper.DrainReport.StreamReport;

import java.io.PrintWriter;
import java.util.List;

/**
 * The result of {@code moor ship}: on stdout what is left, exact to the byte; in words on stderr.
 */
final class ShipResult {

    private ShipResult() {}

    /** A range of a file that is not in Kafka. */
    private record Left(String stream, String fileId, long start, long end, String file) {}

    /** The whole report, as JSON shows it. */
    private record Document(
            String origin, DrainReport.End end, boolean complete, List<StreamReport> streams) {}

    static ExitCode print(DrainReport report, Output output, PrintWriter err) {
        List<Left> left =
                report.streams().stream()
                        .flatMap(stream ->
                                stream.unshipped().stream()
                                        .map(range ->
                                                new Left(
                                                        stream.stream(),
                                                        range.fileId(),
                                                        range.start(),
                                                        range.end(),
                                                        range.file())))
                        .toList();
        if (output.format() == OutputFormat.JSON) {
            output.one(
                    Json.tree(
                            new Document(
                                    report.origin().id(),
                                    report.end(),
                                    report.complete(),
                                    report.streams())));
        } else if (!left.isEmpty()) {
            output.rows(Left.class, left);
        }
        return report.complete() ? done(report, err) : incomplete(report, left, err);
    }

    private static ExitCode done(DrainReport report, PrintWriter err) {
        long lines = report.streams().stream().mapToLong(StreamReport::lines).sum();
        err.println(
                "everything is shipped and sealed: "
                        + report.streams().size()
                        + " streams, "
                        + lines
                        + " lines");
        return ExitCode.DONE;
    }

    private static ExitCode incomplete(DrainReport report, List<Left> left, PrintWriter err) {
        if (report.end() != DrainReport.End.DRAINED) {
            err.println("the drain did not come to its end");
        }
        if (!left.isEmpty()) {
            err.println(
                    "not shipped: "
                            + left.stream().mapToLong(range -> range.end() - range.start()).sum()
                            + " bytes in "
                            + left.size()
                            + " files; the next run continues there");
        }
        for (StreamReport stream : report.streams()) {
            if (stream.unshipped().isEmpty() && !(stream.sealed() && stream.verified())) {
                err.println("not sealed: " + stream.stream());
            }
        }
        return ExitCode.NOT_EXTERNALIZED;
    }
}
