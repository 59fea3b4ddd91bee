package io.moor.shipper.engine;

import io.moor.shipper.DrainReport;
import io.moor.shipper.DrainReport.Late;
import io.moor.shipper.DrainReport.SeenFile;
import io.moor.shipper.DrainReport.Unshipped;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.stream.StreamKey;
import io.moor.shipper.tail.GlobSet;
import io.moor.shipper.tail.PathDiscovery;
import io.moor.shipper.tail.Scan;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was written after a shipper had ended: files that grew or were written anew, and new ones.
 * Compressed files are left out: rotation makes them of files that are known.
 */
public final class WrittenSince {

    private WrittenSince() {}

    /** What the files hold beyond what the report accounts for. */
    public static List<Late> look(ShipperConfig config, DrainReport report) {
        Optional<Path> root = config.scope().volume().map(StreamScope.OnVolume::root);
        Set<Path> directories =
                report.files().stream()
                        .map(seen -> seen.file().getParent())
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet());
        List<GlobSet> globs = config.sources().stream().map(GlobSet::new).toList();
        // A discovery of its own knows no older listing.
        Scan scan =
                new PathDiscovery(globs, new FileObserver(root), InstantSource.system())
                        .scan(directories);
        FileIndex index = new FileIndex(scan);
        List<Late> late = new ArrayList<>();
        for (SeenFile seen : report.files()) {
            index.find(seen.physical(), seen.file())
                    .ifPresent(file -> {
                        index.take(file);
                        grown(seen, file).ifPresent(late::add);
                    });
        }
        for (Scan.Matched match : scan.matches()) {
            ObservedFile file = match.file();
            if (!index.isTaken(file) && file.size() > 0 && !isPacked(file.path())) {
                appeared(config, report, match).ifPresent(late::add);
            }
        }
        return late;
    }

    /** Whether a file holds other bytes than its lines. */
    static boolean isPacked(Path file) {
        return file.toString().endsWith(".gz");
    }

    private static Optional<Late> grown(SeenFile seen, ObservedFile now) {
        if (now.size() == seen.size() || now.size() == 0 || isPacked(now.path())) {
            return Optional.empty();
        }
        boolean longer = now.size() > seen.size();
        return Optional.of(
                new Late(
                        seen.stream(),
                        seen.topic(),
                        new Unshipped(
                                now.path().toString(),
                                longer ? seen.fileId() : Unshipped.NO_ID,
                                longer ? seen.size() : 0,
                                now.size())));
    }

    private static Optional<Late> appeared(
            ShipperConfig config, DrainReport report, Scan.Matched match) {
        String path = match.file().path().toString();
        boolean told =
                report.streams().stream()
                        .flatMap(stream -> stream.unshipped().stream())
                        .anyMatch(range ->
                                range.file().equals(path) && range.end() >= match.file().size());
        if (told) {
            return Optional.empty();
        }
        return Optional.of(
                new Late(
                        StreamKey.of(config.scope(), match.globs().source(), match.file().path())
                                .value(),
                        match.globs().source().topic(),
                        new Unshipped(path, Unshipped.NO_ID, 0, match.file().size())));
    }
}
