package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DrainOutcome;
import io.moor.shipper.DrainReport;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a drain says in the end. Pure; fails closed: what is not known is not complete. */
final class DrainReports {

    private DrainReports() {}

    /**
     * @param streams every stream that is known
     * @param unknown origins without a report, in words
     */
    record Finished(List<DrainOutcome.Stream> streams, List<String> unknown) {}

    /**
     * @param saved streams that an earlier process of this sidecar finished for the same order; a
     *     newer report of the same stream wins
     */
    static Finished merge(List<Finish> finishes, List<DrainOutcome.Stream> saved) {
        var streams = new LinkedHashMap<String, DrainOutcome.Stream>();
        saved.forEach(stream -> streams.put(stream.stream(), stream));
        var unknown = new ArrayList<String>();
        for (var finish : finishes) {
            switch (finish) {
                case Finish.Reported reported ->
                        reported.report()
                                .streams()
                                .forEach(each -> streams.put(each.stream(), stream(each)));
                case Finish.Unknown none ->
                        unknown.add(
                                "logs of " + none.origin() + " are not finished: " + none.why());
            }
        }
        return new Finished(List.copyOf(streams.values()), unknown);
    }

    private static DrainOutcome.Stream stream(DrainReport.StreamReport report) {
        return new DrainOutcome.Stream(
                report.stream(),
                report.topic(),
                report.lines(),
                report.bytes(),
                report.sealed(),
                report.verified(),
                report.unshipped().stream()
                        .map(left ->
                                new DrainOutcome.Unshipped(
                                        left.file(), left.fileId(), left.start(), left.end()))
                        .toList());
    }

    /**
     * @param failures what else went wrong, such as an application that did not stop and may write
     *     on
     */
    static DrainOutcome outcome(
            String drain, Finished finished, Map<String, Holding> held, List<String> failures) {
        var volumes = held.values().stream().map(DrainReports::volume).toList();
        var problems = new ArrayList<>(failures);
        problems.addAll(finished.unknown());
        var complete =
                problems.isEmpty()
                        && finished.streams().stream().allMatch(DrainReports::shipped)
                        && volumes.stream().allMatch(DrainOutcome.Volume::released);
        return new DrainOutcome(drain, complete, finished.streams(), volumes, problems);
    }

    private static boolean shipped(DrainOutcome.Stream stream) {
        return stream.sealed() && stream.verified() && stream.unshipped().isEmpty();
    }

    private static DrainOutcome.Volume volume(Holding holding) {
        var grant = holding.grant();
        return switch (holding) {
            case Holding.Detached detached ->
                    new DrainOutcome.Volume(grant.volume(), grant.epoch(), true, "");
            case Holding.Attached attached ->
                    new DrainOutcome.Volume(
                            grant.volume(),
                            grant.epoch(),
                            false,
                            "still attached at " + attached.path() + " when the time was over");
            case Holding.DetachFailed failed ->
                    new DrainOutcome.Volume(grant.volume(), grant.epoch(), false, failed.why());
            case Holding.AttachFailed failed ->
                    new DrainOutcome.Volume(grant.volume(), grant.epoch(), false, failed.why());
        };
    }
}
