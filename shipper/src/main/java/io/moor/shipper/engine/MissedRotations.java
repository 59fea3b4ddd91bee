package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.ContentHash;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Files that were created and renamed to a name outside the globs before anybody saw them: they
 * look like rotations of the stream's file and were born after its newest known generation. A copy
 * (of {@code copytruncate}) looks the same, but its lines are shipped already. So nothing is taken
 * where files are truncated in place, nor what begins with the bytes of a known generation.
 */
final class MissedRotations {

    private MissedRotations() {}

    /**
     * Oldest first.
     *
     * @param isNotHere whether a generation still sought is none of the files that are there
     */
    static List<ObservedFile> of(
            LogStream stream,
            FileIndex files,
            GzipRotations rotations,
            Predicate<Generation> isNotHere)
            throws IOException {
        Path directory = stream.livePath().getParent();
        if (directory == null) {
            return List.of();
        }
        List<ObservedFile> missed = writtenAnew(stream, files);
        boolean any = mayHaveAny(stream, isNotHere);
        for (ObservedFile file : files.free(directory, stream.livePath())) {
            boolean taken =
                    GzipFiles.isGzip(file.path())
                            ? rotations.isMissed(stream, file)
                            : any && isMissed(stream, file, file.path()) && !isCopy(stream, file);
            if (taken && !missed.contains(file)) {
                missed.add(file);
            }
        }
        missed.sort(
                Comparator.comparing(MissedRotations::age).thenComparing(ObservedFile::modified));
        return missed;
    }

    /** Truncated in place and renamed before the new content was seen: the same file, no copy. */
    private static List<ObservedFile> writtenAnew(LogStream stream, FileIndex files) {
        List<ObservedFile> found = new ArrayList<>();
        for (Generation generation : stream.generations()) {
            if (generation.ended() == End.REWRITTEN) {
                files.find(generation.physical(), generation.path())
                        .filter(file -> file.physical().isCertainly(generation.physical()))
                        .filter(file -> !files.isTaken(file) && !found.contains(file))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    /** Whether the stream's rotations are recognised by their names. */
    private static boolean mayHaveAny(LogStream stream, Predicate<Generation> isNotHere) {
        if (stream.generations().isEmpty()) {
            return false;
        }
        Generation newest = stream.generations().getLast();
        return bornBefore(stream) != null
                && newest.place() != Generation.Place.LIVE
                && stream.generations().stream()
                        .noneMatch(g ->
                                g.ended() == End.REWRITTEN
                                        || (isSoughtBeside(stream, g) && !isNotHere.test(g)));
    }

    /** Whether one of the files beside the live one may be this generation. */
    static boolean isSoughtBeside(LogStream stream, Generation generation) {
        return generation.place() == Generation.Place.UNKNOWN
                && Objects.equals(generation.path().getParent(), stream.livePath().getParent());
    }

    /** Whether a file may have been compressed after a rotation that nobody saw. */
    static boolean mayBe(LogStream stream, ObservedFile file, Predicate<Generation> isNotHere) {
        Instant after = bornBefore(stream);
        return after != null
                && mayHaveAny(stream, isNotHere)
                // Some programs keep whole seconds only.
                && !file.modified().isBefore(after.truncatedTo(ChronoUnit.SECONDS))
                && isMissed(stream, file, GzipFiles.plain(file.path()));
    }

    private static boolean isMissed(LogStream stream, ObservedFile file, Path name) {
        String fileSystem = stream.generations().getLast().physical().fileSystem();
        Instant after = bornBefore(stream);
        return after != null
                && file.physical().fileSystem().equals(fileSystem)
                // Born in one tick of the clock counts: it is not a known one, and not a copy.
                && !birth(file).isBefore(after)
                && !stream.globs().matches(file.path())
                && !stream.globs().isExcluded(file.path())
                && RotatedNames.isRotationOf(name, stream.livePath());
    }

    /** Birth of the newest generation of which it is known. */
    private static @Nullable Instant bornBefore(LogStream stream) {
        for (Generation generation : stream.generations().reversed()) {
            if (generation.born() != null) {
                return generation.born();
            }
        }
        return null;
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
