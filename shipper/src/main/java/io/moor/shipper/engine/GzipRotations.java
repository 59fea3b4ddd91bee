package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.engine.UnreadGenerations.Otherwise;
import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.identity.PhysicalId;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.GzipProbe.Result;
import io.moor.shipper.tail.Inflaters;
import io.moor.shipper.tail.Scan;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds out which compressed file is of which generation. One that begins with all that is
 * committed of a generation is of that generation: its rest is shipped when the file of the
 * generation is gone, and nothing when it was read to its end, or is a copy of a file that is still
 * there. The name must say so, too, unless what is committed is long enough to be no mere header.
 */
final class GzipRotations {

    private static final Logger LOG = LoggerFactory.getLogger(GzipRotations.class);

    private final GzipFiles files;
    private final FileObserver observer;
    private final Inflaters inflaters;
    private final Complaints complaints;
    private final GzipCopies copies;
    private final Unjudged unjudged = new Unjudged();
    private final Map<PhysicalId, LogStream> missed = new HashMap<>();

    GzipRotations(
            GzipFiles files, FileObserver observer, Inflaters inflaters, Complaints complaints) {
        this.files = files;
        this.observer = observer;
        this.inflaters = inflaters;
        this.complaints = complaints;
        this.copies = new GzipCopies(files);
    }

    /**
     * Looks at every compressed file that nothing has taken.
     *
     * @param isNotHere whether a generation still sought is none of the files that are there
     * @param isMissing whether a generation had a name and has none in this scan: where its file
     *     went is not known before the next one
     * @return false when one must be looked at again
     */
    boolean attach(
            Collection<LogStream> streams,
            FileIndex index,
            Scan scan,
            Predicate<Generation> isNotHere,
            Predicate<Generation> isMissing,
            long nowNanos) {
        unjudged.clear();
        List<ObservedFile> free = index.free(file -> GzipFiles.isGzip(file.path()));
        missed.keySet().retainAll(free.stream().map(ObservedFile::physical).toList());
        if (free.isEmpty()) {
            return true;
        }
        GzipOwners owners = new GzipOwners(streams);
        Set<Path> matched = new HashSet<>();
        scan.matches().forEach(match -> matched.add(match.file().path()));
        boolean all = true;
        // Of two that begin alike the older one is of the older generation.
        for (ObservedFile file :
                free.stream()
                        .sorted(
                                Comparator.comparing(ObservedFile::modified)
                                        .thenComparing(
                                                ObservedFile::path, Comparator.reverseOrder()))
                        .toList()) {
            List<LogStream> related = owners.named(file.path());
            related.stream()
                    .filter(stream -> MissedRotations.mayBe(stream, file, isNotHere))
                    .forEach(stream -> missed.putIfAbsent(file.physical(), stream));
            List<LogStream> asked = new ArrayList<>();
            related.stream().filter(stream -> mayHold(stream, file)).forEach(asked::add);
            if (matched.contains(file.path()) || !asked.isEmpty()) {
                all &=
                        isTooEarly(file, asked, isMissing)
                                ? false
                                : attach(file, asked, owners, matched, index, nowNanos);
            }
        }
        return all;
    }

    /** Whether it is to be known first where other files of the streams are. */
    private boolean isTooEarly(
            ObservedFile file, List<LogStream> asked, Predicate<Generation> isMissing) {
        boolean missing =
                asked.stream().anyMatch(each -> each.generations().stream().anyMatch(isMissing));
        if (missing) {
            unjudged.untilNextLook(file.path(), asked);
            return true;
        }
        List<GzipOwners.Owned> replaced =
                asked.stream()
                        .flatMap(GzipOwners.Owned::of)
                        .filter(each -> isUnread(each.generation()))
                        .filter(each -> !each.generation().holdsItsBytes())
                        .toList();
        if (!replaced.isEmpty()) {
            unjudged.untilRead(file.path(), asked, replaced);
        }
        return !replaced.isEmpty();
    }

    /** A compressed file is younger than what it holds. */
    private static boolean mayHold(LogStream stream, ObservedFile file) {
        Instant born = file.physical().birth();
        Instant oldest =
                stream.generations().stream()
                        .flatMap(each -> Optional.ofNullable(each.born()).stream())
                        .min(Comparator.naturalOrder())
                        .orElse(null);
        return born == null
                || oldest == null
                || !born.isBefore(oldest)
                || stream.generations().stream().anyMatch(Generation::isSought);
    }

    /** What is known and was created after the compressed file is not in it. */
    private static boolean mayBeIn(ObservedFile file, Generation generation) {
        Instant made = file.physical().birth();
        Instant born = generation.born();
        return generation.isSought() || made == null || born == null || !born.isAfter(made);
    }

    private boolean attach(
            ObservedFile file,
            List<LogStream> related,
            GzipOwners owners,
            Set<Path> matched,
            FileIndex index,
            long nowNanos) {
        List<GzipOwners.Owned> candidates =
                owners.candidates(file.path(), related, matched.contains(file.path())).stream()
                        .filter(each -> mayBeIn(file, each.generation()))
                        .toList();
        if (candidates.isEmpty() && !matched.contains(file.path())) {
            return true;
        }
        try {
            Result result =
                    files.look(
                            file, candidates.stream().map(GzipOwners.Owned::generation).toList());
            return switch (result) {
                case Result.Pending _ -> later(file, related);
                case Result.Incomplete _ -> {
                    complaints.damaged(file.path(), "the compressed data ends early");
                    yield true;
                }
                case Result.Damaged(String why) -> {
                    complaints.damaged(file.path(), why);
                    yield true;
                }
                case Result.Whole whole -> {
                    complaints.settled(file.path());
                    yield claim(
                            file,
                            whole,
                            candidates,
                            related,
                            matched.contains(file.path()),
                            index,
                            nowNanos);
                }
            };
        } catch (IOException e) {
            complaints.unreadable(file.path(), e);
            return later(file, related);
        }
    }

    private boolean later(ObservedFile file, List<LogStream> related) {
        unjudged.untilNextLook(file.path(), related);
        return false;
    }

    /** Whether it is not known yet whose a file is: nothing may begin with it. */
    boolean isUndecided(Path file) {
        return unjudged.has(file);
    }

    /** Deleted and still read through its handle: only at its end all its bytes can be compared. */
    private static boolean isUnread(Generation generation) {
        return generation.place() == Generation.Place.DELETED
                && generation.tail() != null
                && (!generation.isOver() || generation.hasGrown());
    }

    private static ContentEvidence evidence(GzipOwners.Owned owned) {
        return owned.generation().committed().evidence().content();
    }

    /** False when the file must be read through again, because more is committed since. */
    private boolean claim(
            ObservedFile file,
            Result.Whole whole,
            List<GzipOwners.Owned> candidates,
            List<LogStream> related,
            boolean matched,
            FileIndex index,
            long nowNanos)
            throws IOException {
        Map<String, Frontier> holds = whole.holds();
        List<GzipOwners.Owned> unread =
                candidates.stream()
                        .filter(each -> holds.containsKey(each.generation().fileId()))
                        .filter(each -> isUnread(each.generation()))
                        .toList();
        if (!unread.isEmpty()) {
            unjudged.untilRead(file.path(), related, unread);
            return false;
        }
        List<GzipOwners.Owned> holders =
                candidates.stream()
                        .filter(each -> holds.containsKey(each.generation().fileId()))
                        .sorted(
                                Comparator.comparingLong((GzipOwners.Owned each) ->
                                                each.generation().committedOffset())
                                        .thenComparingLong(each -> evidence(each).length())
                                        .thenComparing(each -> isWithoutFile(each.generation()))
                                        .thenComparing(each -> related.contains(each.stream()))
                                        .reversed())
                        .toList();
        for (GzipOwners.Owned owner : holders) {
            Generation generation = owner.generation();
            Frontier place = holds.get(generation.fileId());
            if (place != null && isWithoutFile(generation)) {
                index.take(file);
                move(owner, file, place, whole.length(), nowNanos);
                return true;
            }
            switch (copies.look(whole, generation, index)) {
                case COPY -> {
                    index.take(file);
                    return true;
                }
                case UNKNOWN -> {
                    return later(file, related);
                }
                case OTHER -> {}
            }
        }
        Otherwise otherwise =
                missed.containsKey(file.physical())
                        ? Otherwise.MISSED
                        : matched ? Otherwise.ITS_OWN : Otherwise.NOTHING;
        Optional<GzipOwners.Owned> guess =
                UnreadGenerations.of(
                        file,
                        whole.length(),
                        candidates.stream()
                                .filter(each -> related.contains(each.stream()))
                                .toList(),
                        otherwise);
        if (guess.isPresent()) {
            index.take(file);
            move(guess.get(), file, Frontier.START, whole.length(), nowNanos);
        } else if (otherwise == Otherwise.NOTHING && whole.length() > 0) {
            complaints.nobodys(file);
        }
        return true;
    }

    /** Nothing else is there to read it from. */
    private static boolean isWithoutFile(Generation generation) {
        return generation.tail() == null && !generation.onDisk();
    }

    private void move(
            GzipOwners.Owned owner, ObservedFile file, Frontier place, long length, long nowNanos)
            throws IOException {
        Generation generation = owner.generation();
        LogStream stream = owner.stream();
        if (length > place.offset()) {
            generation.openGzip(file, place, length, inflaters);
            if (!observer.isStill(file)) {
                generation.closeHandle();
                throw new IOException("renamed while it was opened");
            }
            if (generation.isEnded()) {
                stream.reopen(generation, nowNanos);
            }
            LOG.atInfo()
                    .addKeyValue("file", file.path())
                    .addKeyValue("fileId", generation.fileId())
                    .addKeyValue("from", place.offset())
                    .log("file was compressed before it was read; the rest is read from there");
        } else if (generation.ended() == End.REWRITTEN) {
            return;
        } else {
            generation.compressedInto(file);
        }
        generation.found(file, stream.livePath(), nowNanos);
        stream.touch();
    }

    /**
     * Whether a file was a rotation that nobody saw when it was found: what is live now may have
     * been begun since, while it was read through.
     */
    boolean isMissed(LogStream stream, ObservedFile file) {
        return !isUndecided(file.path())
                && stream.equals(missed.get(file.physical()))
                && files.known(file) instanceof Result.Whole;
    }

    /** Whether a file that may hold the rest of this stream's generations is not judged yet. */
    boolean isWaitedFor(LogStream stream) {
        return unjudged.holdsUp(stream);
    }
}
