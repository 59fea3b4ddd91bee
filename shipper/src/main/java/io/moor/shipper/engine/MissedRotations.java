package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.ContentHash;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;
import io.moor.shipper.tail.GzipProbe;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Files that were created and renamed to a name outside the globs before anybody saw them: they
 * look like rotations of the stream's file and were born after its newest known generation. A copy
 * (of {@code copytruncate}) looks the same, but its lines are shipped already. So nothing is taken
 * where files are truncated in place, nor what begins with the bytes of a known generation.
 */
final class MissedRotations {

    private MissedRotations() {}

    /** Oldest first. */
    static List<ObservedFile> of(LogStream stream, FileIndex files, GzipFiles gzipFiles)
            throws IOException {
        Path directory = stream.livePath().getParent();
        if (directory == null || !mayHaveAny(stream)) {
            return List.of();
        }
        List<ObservedFile> missed = new ArrayList<>();
        for (ObservedFile file : files.free(directory, stream.livePath())) {
            boolean taken =
                    GzipFiles.isGzip(file.path())
                            ? isMissedGzip(stream, file, gzipFiles)
                            : isMissed(stream, file, file.path()) && !isCopy(stream, file);
            if (taken) {
                missed.add(file);
            }
        }
        missed.sort(
                Comparator.comparing(MissedRotations::age).thenComparing(ObservedFile::modified));
        return missed;
    }

    private static boolean mayHaveAny(LogStream stream) {
        if (stream.generations().isEmpty()) {
            return false;
        }
        Generation newest = stream.generations().getLast();
        return newest.physical().birth() != null
                && newest.place() != Generation.Place.LIVE
                && stream.generations().stream()
                        .noneMatch(g ->
                                g.place() == Generation.Place.UNKNOWN
                                        || g.ended() == End.REWRITTEN);
    }

    /** Compressed since; whether it is of a known generation was asked before. */
    private static boolean isMissedGzip(LogStream stream, ObservedFile file, GzipFiles gzipFiles)
            throws IOException {
        Instant after = stream.generations().getLast().physical().birth();
        return after != null
                && file.modified().isAfter(after)
                && isMissed(stream, file, GzipFiles.plain(file.path()))
                && gzipFiles.look(file, List::of) instanceof GzipProbe.Result.Whole;
    }

    private static boolean isMissed(LogStream stream, ObservedFile file, Path name) {
        Generation newest = stream.generations().getLast();
        Instant after = newest.physical().birth();
        return after != null
                && file.physical().fileSystem().equals(newest.physical().fileSystem())
                // Born in one tick of the clock counts: it is not a known one, and not a copy.
                && !birth(file).isBefore(after)
                && !stream.globs().matches(file.path())
                && !stream.globs().isExcluded(file.path())
                && RotatedNames.isRotationOf(name, stream.livePath());
    }

    /** Reads the head once, however many generations there are. */
    private static boolean isCopy(LogStream stream, ObservedFile file) throws IOException {
        byte[] head = FrontierFinder.head(file.path(), Frontier.PREFIX_BYTES);
        Map<Integer, String> hashes = new HashMap<>();
        for (Generation generation : stream.generations()) {
            GenerationCheckpoint known = generation.committed();
            int length = known.evidence().content().prefixLength();
            if (known.offset() > 0 && length <= head.length) {
                String hash = hashes.computeIfAbsent(length, _ -> ContentHash.of(head, 0, length));
                if (hash.equals(known.evidence().content().prefixHash())
                        && FrontierFinder.find(file.path(), known).isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** When a file came to be; a compressed one took the place of another, last written then. */
    static Instant age(ObservedFile file) {
        return GzipFiles.isGzip(file.path()) ? file.modified() : birth(file);
    }

    static Instant birth(ObservedFile file) {
        Instant birth = file.physical().birth();
        return birth == null ? Instant.EPOCH : birth;
    }
}
