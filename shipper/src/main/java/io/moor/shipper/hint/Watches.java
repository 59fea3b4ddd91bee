package io.moor.shipper.hint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which directory has which watch. The system knows directories, not paths: a watch goes with its
 * directory when that is renamed. So every path is watched again after each look, which costs a
 * system call and does nothing when it still means the same directory. Thread-safe.
 */
final class Watches {

    /** Where nobody else writes than this machine, which tells of every write. */
    private static final Set<String> LOCAL =
            Set.of(
                    "ext2",
                    "ext3",
                    "ext2/ext3",
                    "ext4",
                    "xfs",
                    "btrfs",
                    "tmpfs",
                    "overlay",
                    "f2fs",
                    "bcachefs",
                    "zfs");

    private final Inotify inotify;
    private final int most;
    private final Map<Path, Watch> byPath = new HashMap<>();
    private final Map<Integer, List<Path>> byNumber = new HashMap<>();
    private @Nullable String refusal;

    /**
     * @param most how many there may be
     */
    Watches(Inotify inotify, int most) {
        this.inotify = inotify;
        this.most = most;
    }

    /**
     * @param number of the system
     * @param local whether every change is told
     */
    private record Watch(int number, boolean local) {}

    /** As {@link ChangeHints#watch}. */
    synchronized Set<Path> set(Set<Path> directories) {
        refusal = null;
        Map<Path, Path> wanted = new HashMap<>();
        directories.forEach(directory -> wanted.put(directory, existing(directory)));
        // In order, so that beyond the limit the same ones are left out each time.
        Set<Path> keep = new TreeSet<>(wanted.values());
        for (Path path : List.copyOf(byPath.keySet())) {
            if (!keep.contains(path)) {
                forget(path);
            }
        }
        Set<Path> told = new HashSet<>();
        for (Path path : keep) {
            if (watch(path)) {
                told.add(path);
            }
        }
        Set<Path> covered = new HashSet<>();
        wanted.forEach((directory, watched) -> {
            if (told.contains(watched)) {
                covered.add(directory);
            }
        });
        return covered;
    }

    /** Why not all are watched; null when they are. */
    synchronized @Nullable String refusal() {
        return refusal;
    }

    private static Path existing(Path directory) {
        Path path = directory;
        while (Files.notExists(path) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }

    /** Whether it was watched before, and is still. */
    private boolean watch(Path path) {
        Watch known = byPath.get(path);
        if (known == null && (refusal != null || byPath.size() >= most)) {
            refusal = refusal == null ? "more than " + most + " directories" : refusal;
            return false;
        }
        try {
            int number = inotify.add(path);
            if (known != null && known.number() == number) {
                return known.local();
            }
            forget(path);
            byPath.put(path, new Watch(number, isLocal(path)));
            byNumber.computeIfAbsent(number, _ -> new ArrayList<>()).add(path);
        } catch (Inotify.Refused e) {
            forget(path);
            if (e.errno() == Inotify.Refused.ENOSPC) {
                refusal = "this user may have no more watches (fs.inotify.max_user_watches)";
            }
        }
        return false;
    }

    private static boolean isLocal(Path path) {
        try {
            FileStore store = Files.getFileStore(path);
            return LOCAL.contains(store.type());
        } catch (IOException unknown) {
            return false;
        }
    }

    private void forget(Path path) {
        Watch known = byPath.remove(path);
        if (known == null) {
            return;
        }
        List<Path> paths = byNumber.getOrDefault(known.number(), List.of());
        if (paths.size() > 1) {
            paths.remove(path);
        } else if (byNumber.remove(known.number()) != null) {
            inotify.remove(known.number());
        }
    }

    /** The paths of a watch; none when it is not known any more. */
    synchronized List<Path> paths(int number) {
        return List.copyOf(byNumber.getOrDefault(number, List.of()));
    }

    /** A directory that went, or is elsewhere now: its paths are not watched any more. */
    synchronized void lost(int number) {
        List.copyOf(byNumber.getOrDefault(number, List.of())).forEach(this::forget);
    }
}
