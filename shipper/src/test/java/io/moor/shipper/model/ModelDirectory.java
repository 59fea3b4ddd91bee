package io.moor.shipper.model;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;

/**
 * One application with one log file in one directory: it appends, rotates, truncates, deletes,
 * recreates and compresses at random, on the real file system, and remembers what it wrote. The
 * same seed does the same.
 */
public final class ModelDirectory {

    private static final int MOST_ROTATED = 5;
    private static final String NAME = "app.log";

    private final Path directory;
    private final Path live;
    private final Random random;
    private final List<ModelGeneration> all = new ArrayList<>();
    private final List<Rotated> rotated = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private final boolean globsMatchRotated;
    private @Nullable ModelGeneration current;
    private boolean truncatedEver;
    private boolean knownEver;
    private boolean up;
    private int lines;

    private record Rotated(ModelGeneration generation, boolean compressed) {}

    /**
     * @param globsMatchRotated whether rotated names match the globs, too
     */
    public ModelDirectory(Path directory, long seed, boolean globsMatchRotated) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.live = directory.resolve(NAME);
        this.random = new Random(seed);
        this.globsMatchRotated = globsMatchRotated;
    }

    public Path live() {
        return live;
    }

    /** What was done, for the message of a failure. */
    public List<String> history() {
        return history;
    }

    /** Adds to the history. */
    public void note(String what) {
        history.add(what);
    }

    List<ModelGeneration> generations() {
        return all;
    }

    /** What must be shipped of a generation now: an unterminated last line of a live file waits. */
    String required(ModelGeneration generation) {
        String content = generation.content();
        boolean live = generation == current || generation.isOnItsOwn();
        return live ? content.substring(0, content.lastIndexOf('\n') + 1) : content;
    }

    boolean globsMatchRotated() {
        return globsMatchRotated;
    }

    /**
     * A scan of a running shipper is done: what is there is open.
     *
     * @param isKnown whether the shipper knows a file by now; some wait for the next scan
     */
    public void scanned(Predicate<Path> isKnown) {
        history.add("scanned");
        up = true;
        if (current != null && isKnown.test(live)) {
            current.seen();
            knownEver = true;
        }
        if (knownEver && (globsMatchRotated || !truncatedEver)) {
            for (int i = 0; i < rotated.size(); i++) {
                Rotated each = rotated.get(i);
                // Whose a compressed file is takes more than one look.
                if (!each.compressed() && isKnown.test(path(i + 1, each))) {
                    each.generation().seen();
                }
            }
        }
    }

    /**
     * Which files a shipper has open after what it did last. Of more than it may have open some are
     * closed, and what is written to one of them and deleted before the next look is lost.
     */
    public void held(Predicate<Path> isOpen) {
        if (current != null) {
            current.held(isOpen.test(live));
        }
        for (int i = 0; i < rotated.size(); i++) {
            Rotated each = rotated.get(i);
            each.generation().held(isOpen.test(path(i + 1, each)));
        }
    }

    /** A transaction is committed: what was seen before is known to the next shipper, too. */
    public void committed() {
        all.stream().filter(ModelGeneration::isSeen).forEach(ModelGeneration::known);
    }

    /** Everything was read for a while. */
    public void settled() {
        committed();
        all.forEach(ModelGeneration::noticed);
    }

    /** The shipper ended, however. */
    public void shipperEnded(String how) {
        history.add(how);
        up = false;
        all.forEach(ModelGeneration::shipperEnded);
        rotated.forEach(each -> each.generation().leftUnnoticed());
        knownEver = all.stream().anyMatch(ModelGeneration::isKnown);
        for (Rotated each : rotated) {
            neverSeenAgain(each.generation());
            if (each.compressed()) {
                compressedUnread(each.generation());
            }
            // Born, rotated and compressed between two looks: it is younger than nothing known.
            if (each.compressed() && !each.generation().isKnown() && !globsMatchRotated) {
                each.generation().destroyed();
            }
        }
    }

    /** Does one thing. */
    public void step() throws IOException {
        int choice = random.nextInt(100);
        if (choice < 50 || current == null) {
            append();
        } else if (choice < 68) {
            rotate();
        } else if (choice < 76) {
            compress();
        } else if (choice < 82) {
            truncate();
        } else if (choice < 86) {
            delete();
        } else if (choice < 90) {
            deleteOldest();
        } else if (choice < 94) {
            appendLate();
        } else if (choice < 97) {
            rotate();
            compress();
        } else {
            delete();
            append();
        }
    }

    private void append() throws IOException {
        ModelGeneration generation = current;
        if (generation == null) {
            generation = begin();
        }
        write(generation, live, "append");
    }

    private ModelGeneration begin() throws IOException {
        tick();
        ModelGeneration generation = new ModelGeneration(all.size());
        all.add(generation);
        current = generation;
        return generation;
    }

    /** No two files are born within one tick of the file system's clock. */
    public void tick() throws IOException {
        Path file = directory.resolve("tick");
        FileTime first = born(file);
        while (born(file).equals(first)) {
            LockSupport.parkNanos(500_000);
        }
    }

    private static FileTime born(Path file) throws IOException {
        Files.createFile(file);
        FileTime time = Files.readAttributes(file, BasicFileAttributes.class).creationTime();
        Files.delete(file);
        return time;
    }

    private void write(ModelGeneration generation, Path file, String what) throws IOException {
        StringBuilder text = new StringBuilder();
        int many = 1 + random.nextInt(4);
        for (int i = 0; i < many; i++) {
            text.append(generation.mark()).append(lines++).append(' ');
            text.append("x".repeat(random.nextInt(8) == 0 ? 700 : random.nextInt(20)));
            if (i < many - 1 || random.nextInt(5) > 0) {
                text.append('\n');
            }
        }
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        generation.write(text.toString());
        history.add(what + " " + generation.mark() + text.length() + " to " + file.getFileName());
    }

    private void rotate() throws IOException {
        ModelGeneration generation = current;
        if (generation == null) {
            return;
        }
        if (rotated.size() == MOST_ROTATED) {
            deleteOldest();
        }
        for (int i = rotated.size(); i >= 1; i--) {
            Files.move(path(i, rotated.get(i - 1)), path(i + 1, rotated.get(i - 1)));
        }
        Rotated first = new Rotated(generation, false);
        rotated.addFirst(first);
        Files.move(live, path(1, first));
        neverSeenAgain(generation);
        generation.leftUnnoticed();
        current = null;
        history.add("rotate " + generation.mark());
        if (random.nextBoolean()) {
            begin();
            Files.createFile(live);
            history.add("create " + (all.size() - 1));
        }
    }

    /** Found by its name only, when the stream is known and no copy can be meant. */
    private void neverSeenAgain(ModelGeneration generation) {
        if (generation.isSeen() || generation.isKnown()) {
            return;
        }
        if (!globsMatchRotated && (truncatedEver || !knownEver)) {
            generation.destroyed();
        }
        generation.late();
        if (globsMatchRotated) {
            generation.onItsOwn();
        }
    }

    private void compress() throws IOException {
        List<Integer> plain = new ArrayList<>();
        for (int i = 0; i < rotated.size(); i++) {
            if (!rotated.get(i).compressed()) {
                plain.add(i);
            }
        }
        if (plain.isEmpty()) {
            return;
        }
        int which = plain.get(random.nextInt(plain.size()));
        Rotated before = rotated.get(which);
        Rotated after = new Rotated(before.generation(), true);
        Path from = path(which + 1, before);
        Path to = path(which + 1, after);
        FileTime modified = Files.getLastModifiedTime(from);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(to))) {
            Files.copy(from, out);
        }
        Files.setLastModifiedTime(to, modified);
        Files.delete(from);
        rotated.set(which, after);
        compressedUnread(before.generation());
        history.add("compress " + before.generation().mark() + " to " + to.getFileName());
    }

    /**
     * A compressed file that begins like nothing known is the rotation of a file that was empty
     * when it was seen last, or a copy. Times tell; where several fit, one may be left out.
     */
    private void compressedUnread(ModelGeneration generation) {
        boolean readable = up && generation.isSeen() && generation.isHeld();
        if (!globsMatchRotated && truncatedEver && !generation.isRead() && !readable) {
            generation.destroyed();
            generation.late();
        }
    }

    private void truncate() throws IOException {
        ModelGeneration old = current;
        if (old == null) {
            return;
        }
        old.destroyed();
        old.leftUnnoticed();
        truncatedEver = true;
        Files.writeString(live, "");
        history.add("truncate " + old.mark());
        current = null;
        ModelGeneration next = begin();
        if (old.isSeen() && up) {
            next.seen();
        }
        next.unnoticed();
        if (random.nextBoolean()) {
            append();
        }
    }

    private void delete() throws IOException {
        ModelGeneration old = current;
        if (old == null) {
            return;
        }
        Files.delete(live);
        gone(old);
        history.add("delete " + old.mark());
        current = null;
    }

    private void deleteOldest() throws IOException {
        if (rotated.isEmpty()) {
            return;
        }
        Rotated last = rotated.getLast();
        Files.delete(path(rotated.size(), last));
        rotated.removeLast();
        gone(last.generation());
        history.add("delete rotated " + last.generation().mark());
    }

    private void gone(ModelGeneration generation) {
        generation.deleted();
        generation.leftUnnoticed();
        // A file that was over is looked at now and then only.
        if (!up || !generation.isSeen() || !generation.isHeld() || generation.mayComeLater()) {
            generation.destroyed();
        }
    }

    /** By a process that kept its handle over the rotation. */
    private void appendLate() throws IOException {
        if (rotated.isEmpty() || rotated.getFirst().compressed()) {
            return;
        }
        ModelGeneration generation = rotated.getFirst().generation();
        generation.late();
        write(generation, path(1, rotated.getFirst()), "append late");
    }

    private Path path(int turn, Rotated file) {
        return directory.resolve(NAME + "." + turn + (file.compressed() ? ".gz" : ""));
    }
}
