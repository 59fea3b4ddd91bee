package io.moor.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs programs that refuse to be root. In a user namespace without a mapping a process is nobody
 * in its own eyes, while its files still belong to root outside; the program replaces {@code
 * unshare}, so the process id stays the same.
 */
final class NotRoot {

    private NotRoot() {}

    static List<String> wrap(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of("unshare", "--user"));
        wrapped.addAll(command);
        return wrapped;
    }

    static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new StackException("Cannot read /proc/self, which the embedded stack needs", e);
        }
    }
}
