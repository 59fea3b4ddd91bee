package io.moor.gateway.sidecar;

import io.moor.shipper.Origin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Runs the shippers that fit what is attached right now. */
final class LogShipping {

    private final SidecarConfig config;
    private final AttachmentBoard board;
    private final ShipperFleet fleet;
    private final Origin ownDisk;

    LogShipping(SidecarConfig config, AttachmentBoard board, ShipperFleet fleet) {
        this.config = config;
        this.board = board;
        this.fleet = fleet;
        this.ownDisk = ThisMachine.ownDisk(config);
    }

    /**
     * @param slot the slot, when there is one
     */
    void ensure(Optional<Integer> slot) {
        var snapshot = board.snapshot();
        var paths = new ArrayList<Path>();
        config.volumes().forEach(volume -> paths.add(volume.path()));
        var mounted = new ArrayList<LogAssignment.MountedVolume>();
        snapshot.usable()
                .forEach((volume, attached) -> {
                    var path = attached.path();
                    if (!paths.contains(path)) {
                        paths.add(path);
                    }
                    mounted.add(
                            new LogAssignment.MountedVolume(
                                    volume, path, attached.root(), attached.grant().epoch()));
                });
        var owner =
                new LogAssignment.Owner(
                        Optional.ofNullable(config.group()),
                        slot,
                        Optional.of(config.instanceId()),
                        ownDisk);
        fleet.ensure(
                LogAssignment.shippers(config, owner, paths, mounted),
                snapshot.busy().stream().map(LogAssignment::ofVolume).collect(Collectors.toSet()));
    }

    /**
     * Which logs nobody finished: every source on the own disk and on a volume that this instance
     * had or was to have needs an end, known or unknown.
     *
     * @param finished origins that were finished, with a report or without
     * @return in words, by origin
     */
    Map<String, String> unfinished(Set<String> finished, Collection<Holding> held) {
        var words = new TreeMap<String, String>();
        var paths = new ArrayList<Path>();
        config.volumes().forEach(volume -> paths.add(volume.path()));
        for (var holding : held) {
            var path = board.path(holding);
            path.ifPresent(paths::add);
            var origin = LogAssignment.ofVolume(holding.grant().volume()).id();
            if (!finished.contains(origin)
                    && path.filter(each -> LogAssignment.liesOn(config.logs(), each)).isPresent()) {
                words.put(
                        origin,
                        "the volume was not usable when the drain finished the logs, nobody"
                                + " shipped them");
            }
        }
        if (!finished.contains(ownDisk.id()) && LogAssignment.liesOnOwnDisk(config.logs(), paths)) {
            words.put(ownDisk.id(), "no shipper ran for them");
        }
        return words;
    }
}
