package io.moor.shipper.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compressed files of which one look could not tell whose they are. Until it is known a generation
 * whose file is gone may be in one of them: given up too early, what follows it were read before
 * it. But a judgement that itself waits for a generation to be read must not be waited for by one
 * that is read before: nothing would move any more.
 */
final class Unjudged {

    private final Set<Path> files = new HashSet<>();
    private final Set<LogStream> waiting = new HashSet<>();
    private final Map<LogStream, List<GzipOwners.Owned>> readFirst = new HashMap<>();

    /** A new look. */
    void clear() {
        files.clear();
        waiting.clear();
        readFirst.clear();
    }

    /**
     * The next look tells.
     *
     * @param related streams that it may be of
     */
    void untilNextLook(Path file, Collection<LogStream> related) {
        files.add(file);
        waiting.addAll(related);
    }

    /**
     * It is told when these were read, through the handles that they still have.
     *
     * @param related streams that it may be of
     */
    void untilRead(Path file, Collection<LogStream> related, Collection<GzipOwners.Owned> unread) {
        files.add(file);
        for (LogStream stream : related) {
            readFirst.computeIfAbsent(stream, _ -> new ArrayList<>()).addAll(unread);
        }
    }

    /** Whether it is not known yet whose a file is: nothing may begin with it. */
    boolean has(Path file) {
        return files.contains(file);
    }

    /** Whether what is still sought of a stream may turn out to be in one of them. */
    boolean holdsUp(LogStream stream) {
        return waiting.contains(stream)
                || readFirst.getOrDefault(stream, List.of()).stream()
                        .anyMatch(Unjudged::isReadWithoutWaiting);
    }

    private static boolean isReadWithoutWaiting(GzipOwners.Owned unread) {
        for (Generation each : unread.stream().generations()) {
            if (each == unread.generation()) {
                return true;
            }
            if (each.isSought() && !each.isOver()) {
                return false;
            }
        }
        return false;
    }
}
