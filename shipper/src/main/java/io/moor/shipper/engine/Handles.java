package io.moor.shipper.engine;

import io.moor.shipper.engine.Generation.Stake;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Open handles of generations, of which there are only so many: those read to the end and quiet for
 * longest give theirs back, and are opened again when their file has news. A deleted file keeps its
 * handle, and so does one with bytes that are not read or not committed: when there are only such,
 * the next file waits without one, known by its identity, until it is its turn.
 */
final class Handles {

    private static final Logger LOG = LoggerFactory.getLogger(Handles.class);

    private static final int MOST = 16_384;
    private static final int LEAST = 64;

    /** A file that could be read and was not for so long does not keep others from being read. */
    private static final Duration STALLED = Duration.ofSeconds(10);

    private final int most;

    /** Fewer than {@link #most}: the rest is for files whose turn it is to be read. */
    private final int mostFound;

    /** Compressed files keep their handle until they are read: of them there may be so many. */
    private final int mostCompressed;

    private final Set<Generation> open = new LinkedHashSet<>();
    private final Set<Generation> compressed = new HashSet<>();
    private boolean told;

    /** Whether a file whose turn it was waits for a commit. */
    private boolean wanted;

    /** Since when files whose turn it was wait, and when that was found out last. */
    private boolean starving;

    private long starvingNanos;
    private long refusedNanos;

    Handles(int most) {
        this.most = most;
        this.mostFound = most - Math.max(1, most / 4);
        this.mostCompressed = Math.max(1, most / 2);
    }

    /**
     * A quarter of what the system allows this process, which may run several shippers, between
     * {@link #LEAST} and {@link #MOST}.
     */
    static Handles ofProcess() {
        long allowed = MOST * 4L;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    String soft = line.substring("Max open files".length()).strip().split(" ")[0];
                    allowed = soft.equals("unlimited") ? allowed : Long.parseLong(soft);
                }
            }
        } catch (IOException | NumberFormatException unknown) {
            allowed = LEAST * 16L;
        }
        return new Handles(Math.clamp(allowed / 4, LEAST, MOST));
    }

    /**
     * Counts the handle of a file that a scan found; gives others back when there are too many, or
     * this one, when all others are needed more: then it is known, and waits.
     */
    void opened(Generation generation) {
        if (generation.isCompressed()) {
            compressed.add(generation);
        }
        if (hasRoom(generation, mostFound)
                || giveBack(generation, mostFound, Stake.UNTERMINATED, 0)) {
            return;
        }
        // One without a name could not be opened again.
        if (!generation.isCompressed() && generation.place() != Generation.Place.DELETED) {
            if (!told) {
                told = true;
                LOG.atWarn()
                        .addKeyValue("most", most)
                        .addKeyValue("file", generation.path())
                        .log(
                                "more files have unread lines than may be open at once; files wait"
                                    + " without a handle, and what is deleted meanwhile is lost and"
                                    + " told; raise the limit of open files");
            }
            generation.closeHandle();
            open.remove(generation);
        }
    }

    /** Whether another compressed file may be begun; those that are read give theirs back. */
    boolean hasRoomForCompressed() {
        if (compressed.size() >= mostCompressed) {
            compressed.removeIf(each -> each.tail() == null || !each.isCompressed());
        }
        return compressed.size() < mostCompressed;
    }

    /**
     * Counts the handle of a file that is read now.
     *
     * @return false when it was given back, because all others are needed more
     */
    boolean reading(Generation generation, long nowNanos) {
        // Asked once in a round, unless a commit freed some.
        boolean known = starving && nowNanos == refusedNanos;
        if (hasRoom(generation, most) || (!known && mayRead(generation, nowNanos))) {
            starving = false;
            return true;
        }
        if (!starving) {
            starving = true;
            starvingNanos = nowNanos;
        }
        refusedNanos = nowNanos;
        wanted = true;
        generation.closeHandle();
        open.remove(generation);
        return false;
    }

    private boolean mayRead(Generation generation, long nowNanos) {
        return giveBack(generation, most, Stake.UNTERMINATED, 0)
                || (starving
                        && nowNanos - starvingNanos > STALLED.toNanos()
                        && giveBack(generation, most, Stake.UNREAD, starvingNanos));
    }

    private boolean hasRoom(Generation generation, int limit) {
        open.add(generation);
        if (open.size() > limit) {
            open.removeIf(each -> each.tail() == null);
        }
        if (open.size() <= most / 2) {
            told = false;
        }
        return open.size() <= limit;
    }

    /** Whether a file waits for a handle, and a commit frees some: those of deleted files stay. */
    boolean isFull() {
        if (!wanted && open.size() <= most) {
            return false;
        }
        wanted = false;
        open.removeIf(each -> each.tail() == null);
        boolean full = open.stream().anyMatch(Generation::isHeldByCommit);
        refusedNanos = full ? refusedNanos - 1 : refusedNanos;
        return full;
    }

    /**
     * @param limit how many may be open
     * @param stake which files may give their handles back, at most
     * @param before of those that are unread, only what did not change since this moment
     */
    private boolean giveBack(Generation newest, int limit, Stake stake, long before) {
        List<Generation> candidates = new ArrayList<>();
        int bound = 0;
        for (Generation each : open) {
            boolean may =
                    each.stake().compareTo(Stake.UNREAD) < 0
                            || (stake == Stake.UNREAD && each.changedNanos() - before < 0);
            if (each == newest) {
                continue;
            }
            if (!each.onDisk() || each.isCompressed()) {
                bound++;
            } else if (each.canPark() && may) {
                candidates.add(each);
            }
        }
        candidates.sort(
                Comparator.comparing(Generation::stake)
                        .thenComparing(each -> each.place() == Generation.Place.RENAMED)
                        .thenComparingLong(Generation::changedNanos));
        // An eighth more than needed, so that this is not done for each file, but never at a stake.
        // However many can be read through their handle only, some are left for all the others.
        int needed = open.size() - Math.max(limit, bound + Math.max(1, most / 8));
        int given = 0;
        for (Generation each : candidates) {
            if (given >= needed && (given >= needed + most / 8 || each.behind() > 0)) {
                break;
            }
            each.closeHandle();
            open.remove(each);
            given++;
        }
        return given >= needed;
    }
}
