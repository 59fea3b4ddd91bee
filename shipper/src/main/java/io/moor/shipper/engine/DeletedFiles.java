package io.moor.shipper.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which deleted files, read to their end, are kept open: as long as a writer is seen, because what
 * it still writes can be read through our handle only. A writer may be hidden from us (another
 * namespace, another user), so where none was ever seen the handle is kept for a bounded time, and
 * so are only so many.
 */
final class DeletedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(DeletedFiles.class);

    /** How long a file without a writer that we can see is kept open after its last growth. */
    private static final Duration WRITER_UNKNOWN = Duration.ofMinutes(30);

    private static final int MOST = 256;
    private static final long LOOK_EVERY = Orders.millis(5_000);

    private final OpenWriters writers;
    private final Set<String> told = new HashSet<>();
    private final Set<String> tooMany = new HashSet<>();
    private Set<FileKey> asked = Set.of();
    private boolean looked;
    private long lookedNanos;

    DeletedFiles(OpenWriters writers) {
        this.writers = writers;
    }

    /** Looks who writes, now and then, when there is anything to decide. */
    void look(Collection<LogStream> streams, long nowNanos) {
        if (looked && nowNanos - lookedNanos < LOOK_EVERY) {
            return;
        }
        looked = true;
        lookedNanos = nowNanos;
        List<Generation> candidates = new ArrayList<>();
        for (LogStream stream : streams) {
            for (Generation generation : stream.generations()) {
                if (isCandidate(generation)) {
                    candidates.add(generation);
                }
            }
        }
        asked =
                candidates.stream()
                        .map(generation -> FileKey.of(generation.physical()))
                        .collect(Collectors.toSet());
        writers.look(asked);
        told.retainAll(candidates.stream().map(Generation::fileId).toList());
        tooMany.clear();
        if (candidates.size() > MOST) {
            candidates.sort(
                    Comparator.comparing((Generation each) -> each.quiet(nowNanos)).reversed());
            candidates
                    .subList(0, candidates.size() - MOST)
                    .forEach(each -> tooMany.add(each.fileId()));
        }
    }

    private static boolean isCandidate(Generation generation) {
        return generation.ended() != null
                && generation.tail() != null
                && generation.place() == Generation.Place.DELETED;
    }

    /** Whether to keep a file open that was read to its end and has no name. */
    boolean isKept(Generation generation, long nowNanos) {
        FileKey file = FileKey.of(generation.physical());
        if (!isCandidate(generation) || writers.haveLeft(file)) {
            return false;
        }
        if (tooMany.contains(generation.fileId())) {
            LOG.atWarn()
                    .addKeyValue("file", generation.path())
                    .addKeyValue("most", MOST)
                    .log("too many deleted files are open; what is written to this one is lost");
            return false;
        }
        boolean kept =
                !asked.contains(file)
                        || writers.areSeen(file)
                        || generation.quiet(nowNanos).compareTo(WRITER_UNKNOWN) <= 0;
        if (kept && told.add(generation.fileId())) {
            LOG.atInfo()
                    .addKeyValue("file", generation.path())
                    .addKeyValue("bytes", generation.sizeSeen())
                    .addKeyValue("writer", writers.areSeen(file) ? "seen" : "not seen")
                    .log("file was deleted and may still be written; it is kept open");
        }
        return kept;
    }
}
