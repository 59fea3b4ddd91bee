package io.moor.shipper.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Open handles of generations, of which there are only so many: those read to the end and quiet for
 * longest give theirs back, and are opened again when their file has news. A deleted file keeps its
 * handle, and so does one with uncommitted bytes.
 */
final class Handles {

    /** As many as a process may have on any system without asking for more. */
    private static final int MOST = 1_024;

    private static final int LEAST = 64;

    private final int most;
    private final Set<Generation> open = new LinkedHashSet<>();

    Handles(int most) {
        this.most = most;
    }

    /** A quarter of what the system allows this process, at most {@link #MOST}. */
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
            // The default fits any system.
        }
        return new Handles(Math.clamp(allowed / 4, LEAST, MOST));
    }

    /** Counts a handle; gives others back when there are too many. */
    void opened(Generation generation) {
        open.add(generation);
        if (open.size() > most) {
            open.removeIf(each -> each.tail() == null);
        }
        if (open.size() > most) {
            giveBack(generation);
        }
    }

    /** Whether there are too many, and a commit frees some: those of deleted files stay. */
    boolean isFull() {
        if (open.size() <= most) {
            return false;
        }
        open.removeIf(each -> each.tail() == null);
        return open.size() > most && open.stream().anyMatch(Generation::isHeldByCommit);
    }

    private void giveBack(Generation newest) {
        List<Generation> candidates = new ArrayList<>();
        for (Generation each : open) {
            if (each != newest && each.canPark()) {
                candidates.add(each);
            }
        }
        candidates.sort(
                Comparator.comparing((Generation each) -> each.behind() > 0)
                        .thenComparing(each -> each.place() == Generation.Place.RENAMED)
                        .thenComparingLong(Generation::changedNanos));
        // An eighth more than needed, so that this is not done for each file.
        int many = Math.min(candidates.size(), open.size() - most + most / 8);
        for (Generation each : candidates.subList(0, many)) {
            each.closeHandle();
            open.remove(each);
        }
    }
}
