package io.moor.shipper.spool;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.engine.SpoolProgress;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The spools of one shipper. The engine may tell of their files before they are opened. */
final class Spools implements SpoolProgress {

    private static final Logger LOG = LoggerFactory.getLogger(Spools.class);

    private static final int DEPTH = 3;

    private final Map<String, Spool> open = new HashMap<>();
    private final Map<String, List<SpoolFile>> told = new HashMap<>();

    Spool open(String source, SpoolConfig config, boolean goesOn) throws ShipperException {
        Spool spool = Spool.open(source, config, goesOn);
        synchronized (this) {
            open.put(source, spool);
            spool.begin(told.getOrDefault(source, List.of()));
        }
        return spool;
    }

    @Override
    public synchronized void told(String source, List<SpoolFile> files) {
        told.put(source, files);
        Spool spool = open.get(source);
        if (spool != null) {
            spool.told(files);
        }
    }

    @Override
    public synchronized void ended(boolean complete) {
        if (complete) {
            open.values().forEach(Spool::ended);
        }
    }

    /** Whether nothing is left in any spool that is not committed. */
    synchronized boolean areAllCommitted() {
        return open.values().stream().allMatch(Spool::isAllCommitted);
    }

    /** Why inputs are not read, in words. */
    synchronized List<String> troubles() {
        return open.values().stream()
                .map(Spool::trouble)
                .filter(trouble -> !trouble.isEmpty())
                .toList();
    }

    /** What was kept for another origin, topic or source stays until that one is shipped again. */
    void reportOthers(ShipperConfig config) {
        Set<Path> ours =
                config.sources().stream()
                        .map(SourceConfig::spool)
                        .filter(spool -> spool != null)
                        .map(SpoolConfig::directory)
                        .collect(Collectors.toSet());
        Path root = SpoolConfig.root(config.state());
        try (Stream<Path> all = Files.walk(root, DEPTH)) {
            all.filter(directory -> root.relativize(directory).getNameCount() == DEPTH)
                    .filter(directory -> !ours.contains(directory))
                    .forEach(Spools::reportOther);
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.atWarn().addKeyValue("reason", e.toString()).log("spools cannot be listed");
        }
    }

    private static void reportOther(Path directory) {
        long bytes = SpoolFiles.bytes(directory);
        if (bytes > 0) {
            LOG.atWarn()
                    .addKeyValue("spool", directory)
                    .addKeyValue("bytes", bytes)
                    .log(
                            "a spool of another origin, topic or source is left here; what it holds"
                                    + " and was not shipped is shipped when they are named again");
        }
    }
}
