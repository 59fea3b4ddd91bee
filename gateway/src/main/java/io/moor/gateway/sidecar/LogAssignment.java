package io.moor.gateway.sidecar;

import io.moor.shipper.Origin;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.config.LogConfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which files belong to which origin: those under a volume's path to the volume, all others to the
 * instance's own disk. Pure.
 */
final class LogAssignment {

    private LogAssignment() {}

    /**
     * A volume that may hold logs.
     *
     * @param id the volume
     * @param path where it appears
     * @param root the same with symbolic links resolved; the files' real place
     * @param epoch epoch of its attachment
     */
    record MountedVolume(String id, Path path, Path root, long epoch) {}

    /** Whose logs: the first parts of the keys, and the origin of the own disk. */
    record Owner(
            Optional<String> group,
            Optional<Integer> slot,
            Optional<String> instance,
            Origin ownDisk) {}

    /**
     * The shippers that should run, by origin.
     *
     * @param volumePaths every path where a volume is or may become attached; files under them
     *     never belong to the own disk
     */
    static Map<Origin, ShipperConfig> shippers(
            SidecarConfig config,
            Owner owner,
            List<Path> volumePaths,
            List<MountedVolume> mounted) {
        var shippers = new LinkedHashMap<Origin, ShipperConfig>();
        var own = ownSources(config.logs(), volumePaths);
        if (!own.isEmpty()) {
            add(shippers, config, owner.ownDisk(), scope(owner, Optional.empty()), own, 0);
        }
        for (var volume : mounted) {
            var sources = volumeSources(config.logs(), volume);
            if (!sources.isEmpty()) {
                var on = new StreamScope.OnVolume(volume.id(), volume.root());
                add(
                        shippers,
                        config,
                        ofVolume(volume.id()),
                        scope(owner, Optional.of(on)),
                        sources,
                        volume.epoch());
            }
        }
        return shippers;
    }

    /** {@code vol.ID}: whoever inherits the volume inherits its origin. */
    static Origin ofVolume(String volume) {
        return new Origin("vol." + volume);
    }

    /** Whether a configured source has files on a volume at this path. */
    static boolean liesOn(List<LogConfig> logs, Path volume) {
        return logs.stream().flatMap(log -> log.files().stream()).anyMatch(f -> under(f, volume));
    }

    /** Whether a configured source has files beside all volumes. */
    static boolean liesOnOwnDisk(List<LogConfig> logs, List<Path> volumePaths) {
        return !ownSources(logs, volumePaths).isEmpty();
    }

    private static StreamScope scope(Owner owner, Optional<StreamScope.OnVolume> volume) {
        return new StreamScope(owner.group(), owner.slot(), owner.instance(), volume);
    }

    private static void add(
            Map<Origin, ShipperConfig> shippers,
            SidecarConfig config,
            Origin origin,
            StreamScope scope,
            List<SourceConfig> sources,
            long epoch) {
        shippers.put(
                origin,
                new ShipperConfig(
                        origin,
                        scope,
                        sources,
                        config.kafka(),
                        config.state().resolve("shippers").resolve(origin.id()),
                        epoch,
                        false,
                        config.delivery(),
                        config.sink()));
    }

    private static List<SourceConfig> ownSources(List<LogConfig> logs, List<Path> volumePaths) {
        var sources = new ArrayList<SourceConfig>();
        for (var log : logs) {
            var files =
                    log.files().stream()
                            .filter(glob ->
                                    volumePaths.stream().noneMatch(path -> under(glob, path)))
                            .toList();
            if (log.isJournal()) {
                // The journal is the instance's own, wherever its files are.
                sources.add(log.source());
            } else if (!files.isEmpty()) {
                var exclude = new ArrayList<>(log.exclude());
                // A glob that reaches into a volume must not ship its files a second time.
                volumePaths.stream()
                        .filter(path ->
                                files.stream().anyMatch(glob -> path.startsWith(fixed(glob))))
                        .forEach(path -> exclude.add(path + "/**"));
                sources.add(log.source(files, exclude));
            }
        }
        return sources;
    }

    private static List<SourceConfig> volumeSources(List<LogConfig> logs, MountedVolume volume) {
        var sources = new ArrayList<SourceConfig>();
        for (var log : logs) {
            var files =
                    log.files().stream()
                            .filter(glob -> under(glob, volume.path()))
                            .map(glob -> moved(glob, volume))
                            .toList();
            if (!files.isEmpty()) {
                var exclude = log.exclude().stream().map(glob -> moved(glob, volume)).toList();
                sources.add(log.source(files, exclude));
            }
        }
        return sources;
    }

    private static String moved(String glob, MountedVolume volume) {
        return under(glob, volume.path())
                ? volume.root() + glob.substring(volume.path().toString().length())
                : glob;
    }

    private static boolean under(String glob, Path directory) {
        return glob.startsWith(directory + "/");
    }

    /** The directory before the first wildcard. */
    private static Path fixed(String glob) {
        var wildcard = glob.length();
        for (var special : "*?[{".toCharArray()) {
            var at = glob.indexOf(special);
            wildcard = at < 0 ? wildcard : Math.min(wildcard, at);
        }
        return Path.of(glob.substring(0, glob.lastIndexOf('/', wildcard - 1) + 1)).normalize();
    }
}
