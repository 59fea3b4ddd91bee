package io.moor.volumes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds the processes that use files below a path: open files, working directory, root directory,
 * program and mapped files. Processes of other users are visible to root only. The search is
 * bounded in time and findings, and says when it was cut short.
 */
final class Holders {

    /** Where the search decides and does not only explain, it may take its time. */
    private static final Duration DECISIVE_LIMIT = Duration.ofSeconds(30);

    private static final int MOST = 10;
    private static final int MAPPINGS_READ = 20_000;
    private static final Path PROC = Path.of("/proc");

    private final Path path;
    private final long deadline;
    private final Map<Path, Holder> found = new LinkedHashMap<>();

    /**
     * A process and one thing it does there.
     *
     * @param pid process id
     * @param name of its program, as the kernel shows it
     * @param how in words, with the path
     */
    record Holder(long pid, String name, String how) {
        @Override
        public String toString() {
            return "process " + pid + " (" + name + ") " + how;
        }
    }

    /**
     * What a search found.
     *
     * @param holders one entry for each process, at most ten
     * @param complete whether every visible process was looked at in full
     */
    record Findings(List<Holder> holders, boolean complete) {

        Findings {
            holders = List.copyOf(holders);
        }

        String words() {
            return String.join(", ", holders.stream().map(Holder::toString).toList());
        }
    }

    private Holders(Path path, Duration limit) {
        this.path = path;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /** Looks for the processes that use something at or below a path. */
    static Findings of(Path path, Duration limit) {
        Holders search = new Holders(path, limit);
        // Mappings last: reading them is by far the most expensive, and they seldom tell more.
        search.look(search::use);
        search.look(search::mapping);
        return new Findings(List.copyOf(search.found.values()), !search.enough());
    }

    /**
     * Refuses to go on while somebody uses the data of a volume, or that cannot be known.
     *
     * @param path where the volume was attached, for the message
     */
    static void requireNone(VolumeId id, Path path, Path data) throws VolumeException {
        Findings holders = of(data, DECISIVE_LIMIT);
        if (!holders.holders().isEmpty()) {
            throw new VolumeException(
                    "volume "
                            + id
                            + " at "
                            + path
                            + " is busy: "
                            + holders.words()
                            + "; stop that and try again",
                    true);
        }
        if (!holders.complete()) {
            throw new VolumeException(
                    "volume "
                            + id
                            + " at "
                            + path
                            + " is not released: not all processes could be looked at within "
                            + DECISIVE_LIMIT.toSeconds()
                            + " s; try again",
                    true);
        }
    }

    private void look(Function<Path, Optional<String>> how) {
        for (Path process : processes()) {
            if (enough()) {
                return;
            }
            if (!found.containsKey(process)) {
                how.apply(process).ifPresent(words -> found.put(process, holder(process, words)));
            }
        }
    }

    private boolean enough() {
        return found.size() >= MOST || late();
    }

    static Holder holder(Path process, String how) {
        long pid = Long.parseLong(process.getFileName().toString());
        String name;
        try {
            name = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            name = "gone";
        }
        return new Holder(pid, name, how);
    }

    private Optional<String> use(Path process) {
        return link(process.resolve("cwd"))
                .map(target -> "has its working directory at " + target)
                .or(() -> link(process.resolve("root")).map(t -> "has its root at " + t))
                .or(() -> link(process.resolve("exe")).map(t -> "runs " + t))
                .or(() -> openFile(process).map(t -> "has " + t + " open"));
    }

    private Optional<String> openFile(Path process) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                Optional<String> target = link(descriptor);
                if (target.isPresent() || late()) {
                    return target;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The process ended, or belongs to somebody else.
        }
        return Optional.empty();
    }

    private Optional<String> mapping(Path process) {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(process.resolve("maps")),
                                StandardCharsets.UTF_8))) {
            String prefix = " " + path;
            return reader.lines()
                    .limit(MAPPINGS_READ)
                    .filter(line -> line.contains(prefix))
                    .map(line -> line.substring(line.indexOf(prefix) + 1))
                    .filter(this::isHere)
                    .map(target -> "has " + target + " mapped")
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private Optional<String> link(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString()).filter(this::isHere);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean isHere(String target) {
        String text = path.toString();
        return target.startsWith(text)
                && (target.length() == text.length()
                        || target.charAt(text.length()) == '/'
                        || target.equals(text + " (deleted)"));
    }

    private boolean late() {
        return System.nanoTime() > deadline;
    }

    /** The directories of all processes in /proc, unsorted. */
    static List<Path> processes() {
        try (Stream<Path> all = Files.list(PROC)) {
            return all.filter(p -> Character.isDigit(p.getFileName().toString().charAt(0)))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
