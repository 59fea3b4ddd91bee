package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DrainOutcome;
import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a drain says in the end. Pure; fails closed: what is not known is not complete. */
final class DrainReports {

    private DrainReports() {}

    /**
     * @param saved what earlier drains of this incarnation finished, also in an earlier process; a
     *     newer report of the same stream wins, and so does the newer word on an origin
     * @return by origin, to be saved before any volume is released
     */
    static List<OriginLogs> merge(List<Finish> finishes, List<OriginLogs> saved) {
        var logs = new LinkedHashMap<String, OriginLogs>();
        saved.forEach(each -> logs.put(each.origin(), each));
        for (var finish : finishes) {
            logs.compute(finish.origin().id(), (origin, before) -> after(finish, before));
        }
        return List.copyOf(logs.values());
    }

    private static OriginLogs after(Finish finish, @Nullable OriginLogs before) {
        var streams = new LinkedHashMap<String, DrainOutcome.Stream>();
        if (before != null) {
            before.streams().forEach(each -> streams.put(each.stream(), each));
        }
        var unknown =
                switch (finish) {
                    case Finish.Reported reported -> {
                        reported.report()
                                .streams()
                                .forEach(each -> streams.put(each.stream(), stream(each)));
                        yield ending(reported.report().end());
                    }
                    case Finish.Unknown none -> none.why().isEmpty() ? "no reason" : none.why();
                };
        return new OriginLogs(finish.origin().id(), List.copyOf(streams.values()), unknown);
    }

    /**
     * Adds what was written after the seals and is not shipped.
     *
     * @param late by origin; a stream that was never reported is added
     */
    static List<OriginLogs> late(List<OriginLogs> logs, Map<Origin, List<DrainReport.Late>> late) {
        return logs.stream()
                .map(each ->
                        new OriginLogs(
                                each.origin(),
                                late(
                                        each.streams(),
                                        late.getOrDefault(new Origin(each.origin()), List.of())),
                                each.unknown()))
                .toList();
    }

    private static List<DrainOutcome.Stream> late(
            List<DrainOutcome.Stream> streams, List<DrainReport.Late> late) {
        var all = new LinkedHashMap<String, DrainOutcome.Stream>();
        streams.forEach(each -> all.put(each.stream(), each));
        for (var each : late) {
            var range =
                    new DrainOutcome.Unshipped(
                            each.range().file(),
                            each.range().fileId(),
                            each.range().start(),
                            each.range().end());
            all.compute(
                    each.stream(),
                    (stream, known) ->
                            known == null
                                    ? new DrainOutcome.Stream(
                                            stream,
                                            each.topic(),
                                            0,
                                            0,
                                            false,
                                            false,
                                            List.of(range))
                                    : with(known, range));
        }
        return List.copyOf(all.values());
    }

    private static DrainOutcome.Stream with(
            DrainOutcome.Stream stream, DrainOutcome.Unshipped range) {
        var unshipped = new ArrayList<>(stream.unshipped());
        unshipped.add(range);
        return new DrainOutcome.Stream(
                stream.stream(),
                stream.topic(),
                stream.lines(),
                stream.bytes(),
                stream.sealed(),
                stream.verified(),
                unshipped);
    }

    /** A shipper that did not come to its end may not have looked at every file. */
    private static String ending(DrainReport.End end) {
        return switch (end) {
            case DRAINED -> "";
            case OUT_OF_TIME -> "the time was over in the middle of it";
            case CLOSED -> "the shipper was closed";
            case FENCED -> "a newer owner took over";
            case FAILED -> "the shipper failed";
        };
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
     * @param unfinished origins that nobody finished, and why
     * @param failures what else went wrong, such as an application that did not stop and may write
     *     on
     */
    static DrainOutcome outcome(
            String drain,
            List<OriginLogs> logs,
            Map<String, Holding> held,
            Map<String, String> unfinished,
            List<String> failures) {
        var streams = new LinkedHashMap<String, DrainOutcome.Stream>();
        logs.forEach(each -> each.streams().forEach(one -> streams.put(one.stream(), one)));
        var volumes = held.values().stream().map(DrainReports::volume).toList();
        var problems = new ArrayList<>(failures);
        logs.stream()
                .filter(each -> !each.unknown().isEmpty())
                .forEach(each -> problems.add(notFinished(each.origin(), each.unknown())));
        unfinished.forEach((origin, why) -> problems.add(notFinished(origin, why)));
        var complete =
                problems.isEmpty()
                        && streams.values().stream().allMatch(DrainReports::shipped)
                        && volumes.stream().allMatch(DrainOutcome.Volume::released);
        return new DrainOutcome(drain, complete, List.copyOf(streams.values()), volumes, problems);
    }

    private static String notFinished(String origin, String why) {
        return "logs of " + origin + " are not finished: " + why;
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
            case Holding.Found found ->
                    new DrainOutcome.Volume(
                            grant.volume(),
                            grant.epoch(),
                            false,
                            "may still be attached at " + found.path() + " " + found.why());
            case Holding.AttachFailed failed ->
                    new DrainOutcome.Volume(grant.volume(), grant.epoch(), false, failed.why());
        };
    }
}
