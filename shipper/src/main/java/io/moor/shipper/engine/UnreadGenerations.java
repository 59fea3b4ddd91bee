package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.ObservedFile;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Of a generation that was empty when it was seen last no content can tell whether a compressed
 * file is of it, only name and times. A wrong guess loses nothing, all of the file is shipped once,
 * but it breaks the order, and hides that the generation was lost. So when the times do not fit,
 * there is a guess only where the file were not shipped otherwise.
 */
final class UnreadGenerations {

    private UnreadGenerations() {}

    /**
     * @param length decompressed bytes of the file
     * @param candidates generations that its name fits
     * @param otherwise what becomes of the file when it is of none of them
     */
    static Optional<GzipOwners.Owned> of(
            ObservedFile file,
            long length,
            List<GzipOwners.Owned> candidates,
            Otherwise otherwise) {
        if (length == 0) {
            // There is nothing in it to ship, and it must not take the place of one that has.
            return Optional.empty();
        }
        List<GzipOwners.Owned> possible =
                candidates.stream()
                        .filter(each ->
                                isUnreadAndGone(each.generation())
                                        && each.generation().sizeSeen() <= length
                                        && isYounger(file, each.generation()))
                        .sorted(Comparator.comparing(each -> isOver(each.generation())))
                        .toList();
        Optional<GzipOwners.Owned> ofItsTime =
                possible.stream()
                        .filter(each -> isBeforeNext(each, file))
                        .filter(each -> otherwise != Otherwise.MISSED || !isOver(each.generation()))
                        .findFirst();
        return ofItsTime.isPresent()
                ? ofItsTime
                : possible.stream().filter(_ -> otherwise == Otherwise.NOTHING).findFirst();
    }

    /** What becomes of a file that is of no known generation. */
    enum Otherwise {
        /** A rotation that nobody saw: it is shipped in its place. */
        MISSED,
        /** A stream of its own: it is shipped, in no order with others. */
        ITS_OWN,
        /** It is not shipped at all. */
        NOTHING
    }

    private static boolean isUnreadAndGone(Generation generation) {
        return generation.committed().evidence().content().length() == 0
                && generation.tail() == null
                && !generation.onDisk()
                && generation.ended() != End.REWRITTEN;
    }

    /** Read to its end; what came later was compressed before anybody looked. */
    private static boolean isOver(Generation generation) {
        return generation.ended() == End.ROTATED || generation.ended() == End.DELETED;
    }

    /** Last written after the generation was born; some programs keep whole seconds only. */
    private static boolean isYounger(ObservedFile file, Generation generation) {
        Instant born = generation.born();
        Instant whole = file.modified().truncatedTo(ChronoUnit.SECONDS);
        return born == null
                || !file.modified()
                        .isBefore(
                                file.modified().equals(whole)
                                        ? born.truncatedTo(ChronoUnit.SECONDS)
                                        : born);
    }

    /** Last written before the next generation was born, as a writer does that follows rotation. */
    private static boolean isBeforeNext(GzipOwners.Owned owned, ObservedFile file) {
        boolean behind = false;
        for (Generation each : owned.stream().generations()) {
            Instant born = each.born();
            if (behind && born != null) {
                return !file.modified().isAfter(born);
            }
            behind |= each.fileId().equals(owned.generation().fileId());
        }
        return true;
    }
}
