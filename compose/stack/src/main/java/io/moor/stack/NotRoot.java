package io.moor.stack;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * How to run a program that refuses to be root. An ordinary user simply runs it. Root runs it in a
 * user namespace without a mapping: there the process is nobody in its own eyes, while its files
 * still belong to root outside. Where the kernel or a container forbids that, root runs it as the
 * user nobody, to whom its files are given. Either way the program replaces the wrapper, so the
 * process id stays the same.
 */
enum NotRoot {
    AS_IS("", -1),
    USER_NAMESPACE("unshare --user", 0),
    NOBODY("setpriv --reuid=65534 --regid=65534 --clear-groups", 65_534);

    private final String wrapper;
    private final int owner;

    NotRoot(String wrapper, int owner) {
        this.wrapper = wrapper;
        this.owner = owner;
    }

    static NotRoot detect() {
        try {
            if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                return AS_IS;
            }
            return USER_NAMESPACE.runs("true") ? USER_NAMESPACE : NOBODY;
        } catch (IOException e) {
            throw new StackException(
                    "Cannot find out who runs this: " + StackException.oneLine(e), e);
        }
    }

    List<String> wrap(List<String> command) {
        List<String> wrapped =
                new ArrayList<>(wrapper.isEmpty() ? List.of() : List.of(wrapper.split(" ")));
        wrapped.addAll(command);
        return wrapped;
    }

    /** Whether this way works here, for a program that does nothing. */
    boolean runs(String... program) throws IOException {
        try {
            return new ProcessBuilder(wrap(List.of(program)))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("Interrupted while looking for a way not to be root", e);
        }
    }

    /**
     * Gives a tree to whom the program is for the file system; nothing to do when it is his
     * already.
     */
    void own(Path tree) throws IOException {
        if (owner < 0 || Integer.valueOf(owner).equals(Files.getAttribute(tree, "unix:uid"))) {
            return;
        }
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path path, BasicFileAttributes attributes) throws IOException {
                        return give(path);
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                            throws IOException {
                        return give(path);
                    }
                });
    }

    private FileVisitResult give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
        return FileVisitResult.CONTINUE;
    }
}
