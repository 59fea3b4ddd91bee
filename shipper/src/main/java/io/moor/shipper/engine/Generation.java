package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.Evidence;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.identity.PhysicalId;
import io.moor.shipper.stream.FileIds;
import io.moor.shipper.tail.FileTail;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;
import io.moor.shipper.tail.Inflaters;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One physical file of a stream, as the engine works on it. Only the engine's thread touches it.
 */
final class Generation {

    /** Where the file is. */
    enum Place {
        /** Under the name of its stream. */
        LIVE,
        /** Under another name. */
        RENAMED,
        /** Without a name; the open handle still reads it. */
        DELETED,
        /** Known from a checkpoint, not looked for yet. */
        UNKNOWN
    }

    private final String fileId;
    private final byte[] spanPrefix;
    private final @Nullable String previous;
    private Path path;
    private PhysicalId physical;
    private Place place;
    private @Nullable GenerationCheckpoint record;
    private @Nullable Frontier frontier;
    private @Nullable FileTail tail;
    private @Nullable End ended;
    private boolean finishedForNow;
    private @Nullable ObservedFile judged;
    private boolean proven;
    private boolean absent;
    private boolean lossReported;
    private boolean archived;
    private long compressedSize;
    private @Nullable Instant plainBirth;
    private long closedSize;
    private long lostEnd;
    private long changedNanos;
    private long grownNanos;
    private long lookedNanos;
    private long seenFirstNanos;
    private long seenLastNanos;
    private boolean seenInThisRun;
    private boolean restored;
    private long goneNanos;
    private @Nullable Instant lookedInto;
    private @Nullable Glance glance;

    /** The first bytes of the file, kept only until something is committed. */
    private byte[] seenHead = new byte[0];

    private Generation(
            String fileId, @Nullable String previous, Path path, PhysicalId physical, Place place) {
        this.fileId = fileId;
        this.spanPrefix = (fileId + ":").getBytes(StandardCharsets.US_ASCII);
        this.previous = previous;
        this.path = path;
        this.physical = physical;
        this.place = place;
    }

    /** A file never seen before; its handle is open from now on. */
    static Generation begin(ObservedFile file, @Nullable String previous, long nowNanos)
            throws IOException {
        Generation generation =
                new Generation(FileIds.next(), previous, file.path(), file.physical(), Place.LIVE);
        generation.tail = FileTail.open(file.path(), Frontier.START);
        generation.grown(nowNanos);
        return generation;
    }

    /** A compressed file never seen before, a whole one. */
    static Generation beginGzip(
            ObservedFile file,
            @Nullable String previous,
            long length,
            Inflaters inflaters,
            long nowNanos)
            throws IOException {
        Generation generation =
                new Generation(FileIds.next(), previous, file.path(), file.physical(), Place.LIVE);
        generation.openGzip(file, Frontier.START, length, inflaters);
        generation.grown(nowNanos);
        return generation;
    }

    /**
     * A generation that a checkpoint tells of.
     *
     * @param sealed whether that checkpoint is a seal: the run that wrote it told what was lost
     */
    static Generation known(GenerationCheckpoint record, Path path, boolean sealed) {
        Generation generation =
                new Generation(
                        record.fileId(),
                        record.previous(),
                        path,
                        record.evidence().physical(),
                        Place.UNKNOWN);
        generation.record = record;
        generation.restored = true;
        generation.ended = record.ended();
        generation.compressedSize = record.compressedSize();
        generation.plainBirth = record.plainBirth();
        generation.lossReported = sealed && record.ended() != null;
        return generation;
    }

    /** Opens the file again at a place that was found in it. */
    void open(Path at, Frontier place) throws IOException {
        closeHandle();
        tail = FileTail.open(at, place);
        frontier = null;
        path = at;
        compressedSize = 0;
    }

    /**
     * Goes on in a compressed file, at a place in its decompressed bytes.
     *
     * @param length decompressed bytes
     */
    void openGzip(ObservedFile file, Frontier place, long length, Inflaters inflaters)
            throws IOException {
        closeHandle();
        tail = FileTail.openGzip(file.path(), place, length, inflaters);
        frontier = null;
        path = file.path();
        compressed(file);
    }

    /** What was read to its end is kept in a compressed file now. */
    void compressedInto(ObservedFile file) {
        compressed(file);
        if (ended == null || ended == End.VANISHED) {
            ended = End.ROTATED;
        }
    }

    private void compressed(ObservedFile file) {
        boolean wasPlain = !isCompressed() && !file.physical().isSameFile(physical);
        plainBirth = wasPlain ? physical.birth() : plainBirth;
        compressedSize = file.size();
        lookedInto = file.modified();
    }

    /** Whether its compressed file looks as it did when it was read through, as far as is known. */
    boolean looksAsCompressed(ObservedFile file) {
        return file.size() == compressedSize
                && (lookedInto == null || lookedInto.equals(file.modified()));
    }

    /** Whether its file is gzip. */
    boolean isCompressed() {
        return compressedSize > 0;
    }

    /** When its plain file was created; null when that is not known. */
    @Nullable Instant born() {
        return isCompressed() ? plainBirth : physical.birth();
    }

    /** Bytes of the compressed file when it was read through. */
    long compressedSize() {
        return compressedSize;
    }

    /** Whether it goes on, but gave its handle back. */
    boolean isParked() {
        return ended == null && !finishedForNow && tail == null && frontier != null && onDisk();
    }

    /** Whether it can be read again from its name: it may give its handle back. */
    boolean canPark() {
        return tail != null && !tail.dirty() && !tail.isHolding() && onDisk() && !isCompressed();
    }

    /** How much there would be to lose if it gave its handle back and its file were deleted. */
    Stake stake() {
        FileTail open = tail;
        if (open == null || behind() == 0) {
            return Stake.NOTHING;
        }
        return open.wasReadWhole() ? Stake.UNTERMINATED : Stake.UNREAD;
    }

    /** What a file without a handle may lose. */
    enum Stake {
        /** All of it is committed. */
        NOTHING,
        /** A line that its writer has not ended yet. */
        UNTERMINATED,
        /** Lines that could be read now. */
        UNREAD
    }

    /** Whether it could give its handle back but for bytes that are not committed. */
    boolean isHeldByCommit() {
        return tail != null && tail.dirty() && onDisk();
    }

    /** When it changed last, on the clock of the engine. */
    long changedNanos() {
        return changedNanos;
    }

    /** Whether to look at its closed file again: the less often the longer it did not change. */
    boolean isLookDue(long nowNanos, Duration often, Duration seldom) {
        long wait = Math.clamp((lookedNanos - changedNanos) / 2, often.toNanos(), seldom.toNanos());
        return nowNanos - lookedNanos > wait;
    }

    void looked(long nowNanos) {
        lookedNanos = nowNanos;
    }

    /** Whether a record of its own holds it, and not the checkpoint of its stream. */
    boolean isArchived() {
        return archived;
    }

    void archived(boolean now) {
        archived = now;
    }

    /** Says where the file is now. Its writer may need a moment to see a change. */
    void found(ObservedFile file, Path livePath, long nowNanos) {
        path = file.path();
        physical = file.physical();
        absent = false;
        if (!seenInThisRun) {
            seenInThisRun = true;
            seenFirstNanos = nowNanos;
        }
        seenLastNanos = nowNanos;
        moved(path.equals(livePath) ? Place.LIVE : Place.RENAMED, nowNanos);
    }

    /** Where it went is to be found out, as after a start; only without a handle. */
    void seek(long nowNanos) {
        moved(Place.UNKNOWN, nowNanos);
    }

    /** It has no name any more. */
    void lost(long nowNanos) {
        moved(Place.DELETED, nowNanos);
    }

    private void moved(Place to, long nowNanos) {
        if (place == Place.LIVE && to != Place.LIVE) {
            grown(nowNanos);
        }
        if (place != Place.DELETED) {
            goneNanos = nowNanos;
        }
        place = to;
    }

    /**
     * Whether the file of this generation was there at the time when that of another was seen last.
     */
    boolean wasSeenWith(Generation other) {
        return restored || (other.seenInThisRun && other.seenLastNanos - seenFirstNanos >= 0);
    }

    /**
     * Whether a file looks as it did when this was asked before; if not, its content is to be
     * compared.
     */
    boolean isAsLookedInto(ObservedFile file) {
        boolean same = file.modified().equals(lookedInto);
        lookedInto = file.modified();
        return same;
    }

    /**
     * Whether a closed file shows what it showed when this was asked before. The first time, and
     * after it was open, it does not.
     */
    boolean isAsGlancedAt(Glance now) {
        boolean same = now.equals(glance);
        glance = now;
        return same;
    }

    /** How long there was no file for it; only of one that has none. */
    Duration gone(long nowNanos) {
        return Duration.ofNanos(nowNanos - goneNanos);
    }

    /** It is not in a listing. One listing may miss a file that is being renamed, two do not. */
    boolean isAbsentAgain() {
        boolean again = absent;
        absent = true;
        return again;
    }

    /** The file at its place holds other bytes now. */
    void rewritten(long sizeSeen) {
        lostEnd = sizeSeen;
        end(End.REWRITTEN);
        place = Place.DELETED;
    }

    /**
     * What was written in place of it, through the same handle, wherever its name is now. Empty
     * when it has none: then a scan finds the file.
     */
    Optional<Generation> writtenAnew(long nowNanos) throws IOException {
        Optional<FileTail> anew = tail == null ? Optional.empty() : tail.anew();
        return anew.map(from -> {
            Generation next = new Generation(FileIds.next(), fileId, path, physical, place);
            next.tail = from;
            next.grown(nowNanos);
            return next;
        });
    }

    /** Counts the quiet time from the last modification of the file, when that was before now. */
    void quietSince(Instant modified, Instant now, long nowNanos) {
        long age = Math.max(0, Duration.between(modified, now).toNanos());
        changedNanos = nowNanos - age;
        grownNanos = changedNanos;
    }

    /** It was read, or changed otherwise. */
    void changed(long nowNanos) {
        changedNanos = nowNanos;
    }

    /** It is larger than it was. */
    void grown(long nowNanos) {
        changedNanos = nowNanos;
        grownNanos = nowNanos;
    }

    /** How long nobody wrote to it, as far as was seen; that it is read does not count. */
    Duration still(long nowNanos) {
        return Duration.ofNanos(nowNanos - grownNanos);
    }

    Duration quiet(long nowNanos) {
        return Duration.ofNanos(nowNanos - changedNanos);
    }

    void end(End why) {
        ended = why;
    }

    /** It grew after all. */
    void reopen(long nowNanos) {
        ended = null;
        finishedForNow = false;
        lossReported = false;
        grown(nowNanos);
    }

    /** Read as far as this run goes; the file may go on in a later one. */
    void finishForNow() {
        finishedForNow = true;
    }

    boolean isReadable() {
        return ended == null && !finishedForNow && tail != null;
    }

    /** Whether it is open, or can be opened again. */
    boolean canBeRead() {
        return isReadable() || isParked();
    }

    /** Whether nothing follows in it, as far as is known. */
    boolean isEnded() {
        return ended != null;
    }

    boolean isOver() {
        return ended != null || finishedForNow;
    }

    /** Whether a file is still to be found for what a checkpoint tells. */
    boolean isSought() {
        return place == Place.UNKNOWN || (ended == End.VANISHED && tail == null && !onDisk());
    }

    /**
     * Whether there may be bytes that this run is to ship. A file whose whole directory is gone,
     * and of which nothing is known to be unshipped, holds nothing up.
     */
    boolean isUnread() {
        if (isOver()) {
            return false;
        }
        Path directory = path.getParent();
        boolean goneWhole =
                place == Place.UNKNOWN
                        && sizeSeen() <= committedOffset()
                        && directory != null
                        && Files.notExists(directory);
        return !goneWhole;
    }

    /**
     * Whether a file holds the committed bytes, where its identity does not tell; asked again only
     * when the file looks different.
     */
    boolean isProvenIn(ObservedFile file) {
        if (!file.equals(judged)) {
            judged = file;
            proven = holdsCommitted(file.path());
        }
        return proven;
    }

    private boolean holdsCommitted(Path file) {
        GenerationCheckpoint known = record;
        try {
            return known == null || FrontierFinder.find(file, known).isPresent();
        } catch (IOException unreadable) {
            // Not opened either, so nothing is decided by it.
            return true;
        }
    }

    /** Whether anything is known of its content. */
    boolean isRecognisable() {
        return committedOffset() > 0 || committed().evidence().content().length() > 0;
    }

    /** Whether its handle still shows the bytes that were read; it is written anew otherwise. */
    boolean holdsItsBytes() {
        FileTail open = tail;
        try {
            return open == null || open.holdsRead();
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Whether its handle shows more than is committed, whether it was over or not. */
    boolean hasGrown() {
        FileTail open = tail;
        try {
            return open != null && open.hasNews() && open.size() > open.committed().offset();
        } catch (IOException unreadable) {
            // Whoever reads it will tell; until then nothing is decided by it.
            return true;
        }
    }

    /** Largest size that the file is known to have had. */
    long sizeSeen() {
        GenerationCheckpoint known = record;
        long size = known == null ? 0 : known.size();
        if (ended == End.REWRITTEN) {
            return Math.max(size, lostEnd);
        }
        return tail != null ? tail.size() : Math.max(size, closedSize);
    }

    /** The end of what can never be shipped any more, from the committed offset on. */
    long lostEnd() {
        boolean lost = ended == End.REWRITTEN || ended == End.VANISHED;
        return lost && !lossReported ? sizeSeen() : 0;
    }

    /** Takes back what an aborted transaction had read. */
    void rollback() {
        if (tail != null && tail.dirty()) {
            tail.rollback();
            finishedForNow = false;
            if (ended != End.REWRITTEN) {
                ended = null;
            }
        }
    }

    void committed(GenerationCheckpoint as) {
        record = as;
        if (tail != null) {
            tail.commit();
        }
    }

    /** What the transaction in hand says of it. */
    GenerationCheckpoint checkpoint(String relativePath) {
        Frontier at = tail != null ? tail.working() : frontier;
        return at == null ? unopened(relativePath) : checkpoint(relativePath, at);
    }

    /** What is committed of it, as evidence. */
    GenerationCheckpoint committed() {
        Frontier at = tail != null ? tail.committed() : frontier;
        return at == null ? unopened(path.toString()) : checkpoint(path.toString(), at);
    }

    private GenerationCheckpoint unopened(String relativePath) {
        GenerationCheckpoint known = record;
        if (known == null) {
            throw new IllegalStateException("a generation has a handle or a record");
        }
        return new GenerationCheckpoint(
                fileId,
                relativePath,
                known.offset(),
                known.lines(),
                known.bytes(),
                known.hash(),
                known.openLine(),
                known.lastEventTime(),
                previous,
                known.size(),
                ended,
                new Evidence(physical, known.evidence().content()),
                known.skippedBehind(),
                compressedSize,
                isCompressed() ? plainBirth : null);
    }

    private GenerationCheckpoint checkpoint(String relativePath, Frontier at) {
        boolean sizeKnown =
                tail != null || ended == End.REWRITTEN || ended == End.VANISHED || isParked();
        return new GenerationCheckpoint(
                fileId,
                relativePath,
                at.offset(),
                at.lines(),
                at.bytes(),
                at.hash(),
                at.openLine(),
                at.lastEventMillis() == 0 ? null : Instant.ofEpochMilli(at.lastEventMillis()),
                previous,
                sizeKnown ? Math.max(sizeSeen(), at.offset()) : at.offset(),
                ended,
                new Evidence(physical, at.evidence(seenHead(at))),
                at.skippedBehind(),
                compressedSize,
                isCompressed() ? plainBirth : null);
    }

    /** A file of which nothing is committed is known again by what was seen of it. */
    private byte[] seenHead(Frontier at) {
        FileTail open = tail;
        if (at.offset() > 0 || isCompressed()) {
            return new byte[0];
        }
        if (open != null) {
            try {
                seenHead = open.head();
            } catch (IOException unreadable) {
                // What was seen before still holds; whoever reads the file will tell.
                return seenHead;
            }
        }
        return seenHead;
    }

    /** Gives the handle back; what is known stays. Only without uncommitted bytes. */
    void closeHandle() {
        if (tail != null) {
            frontier = tail.committed();
            seenHead = seenHead(frontier);
            // Of one that was written anew this is the size of other bytes.
            closedSize = ended == End.REWRITTEN ? 0 : tail.size();
            glance = null;
            try {
                tail.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                tail = null;
            }
        }
    }

    /** Committed offset. */
    long committedOffset() {
        if (tail != null) {
            return tail.committed().offset();
        }
        if (frontier != null) {
            return frontier.offset();
        }
        return record != null ? record.offset() : 0;
    }

    long committedLines() {
        if (tail != null) {
            return tail.committed().lines();
        }
        return record != null ? record.lines() : 0;
    }

    long committedBytes() {
        if (tail != null) {
            return tail.committed().bytes();
        }
        return record != null ? record.bytes() : 0;
    }

    /** Bytes known to be in the file and not committed. */
    long behind() {
        if (isParked()) {
            return Math.max(0, closedSize - committedOffset());
        }
        return tail == null || ended == End.REWRITTEN
                ? 0
                : Math.max(0, tail.size() - tail.committed().offset());
    }

    String fileId() {
        return fileId;
    }

    byte[] spanPrefix() {
        return spanPrefix;
    }

    Path path() {
        return path;
    }

    PhysicalId physical() {
        return physical;
    }

    Place place() {
        return place;
    }

    @Nullable FileTail tail() {
        return tail;
    }

    @Nullable Frontier frontier() {
        return frontier;
    }

    @Nullable GenerationCheckpoint record() {
        return record;
    }

    /** What is known of it for sure, committed or not; null when nothing is. */
    @Nullable GenerationCheckpoint known() {
        return frontier == null || tail != null ? record : committed();
    }

    @Nullable End ended() {
        return ended;
    }

    boolean onDisk() {
        return place == Place.LIVE || place == Place.RENAMED;
    }
}
