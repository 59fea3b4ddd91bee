package io.moor.gateway.sidecar;

import io.moor.shipper.Origin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
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
    void ensure(Optional<Integer> slot) throws InterruptedException {
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
                                    volume, path, real(path), attached.grant().epoch()));
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

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }
}
