package io.moor.shipper.hint;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Changes that nobody has taken yet, each once, and only so many. Thread-safe. */
final class Pending {

    private final int most;
    private final Set<Path> files = new HashSet<>();
    private boolean directories;
    private boolean everything;

    /**
     * @param most how many files are told one by one
     */
    Pending(int most) {
        this.most = most;
    }

    synchronized void file(Path file) {
        if (!everything && files.add(file) && files.size() > most) {
            everything();
        }
    }

    synchronized void directories() {
        directories = true;
    }

    synchronized void everything() {
        everything = true;
        files.clear();
    }

    synchronized boolean isEmpty() {
        return files.isEmpty() && !directories && !everything;
    }

    synchronized Changes take() {
        if (isEmpty()) {
            return Changes.NONE;
        }
        Changes changes = new Changes(files, directories, everything);
        files.clear();
        directories = false;
        everything = false;
        return changes;
    }
}
