package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.ObservedFile;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Of a generation of which nothing is committed no content can tell whether a compressed file is of
 * it, only name and times. Nothing is risked by a wrong guess but the order: all of the file is
 * shipped, once, in its stream.
 */
final class UnreadGenerations {

    private UnreadGenerations() {}

    /**
     * @param length decompressed bytes of the file
     * @param candidates generations that its name fits
     * @param isMissed whether it is shipped as a rotation that nobody saw otherwise
     */
    static Optional<GzipOwners.Owned> of(
            ObservedFile file, long length, List<GzipOwners.Owned> candidates, boolean isMissed) {
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
                        .filter(each -> !isMissed || !isOver(each.generation()))
                        .findFirst();
        return ofItsTime.isPresent() || isMissed ? ofItsTime : possible.stream().findFirst();
    }

    private static boolean isUnreadAndGone(Generation generation) {
        return generation.committedOffset() == 0
                && generation.tail() == null
                && !generation.onDisk()
                && generation.ended() != End.REWRITTEN;
    }

    /** It was empty when it was over; what came later was compressed before anybody looked. */
    private static boolean isOver(Generation generation) {
        return generation.isEnded() && generation.lostEnd() == 0;
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
