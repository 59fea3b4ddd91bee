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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the processes that use files below a path: open files, working directory, root directory,
 * program and mapped files. Processes of other users are visible to root only. The search ends
 * after a second or ten findings, whichever comes first: it explains a refusal, it decides nothing
 * when it is cut short.
 */
final class Holders {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int MOST = 10;
    private static final int MAPPINGS_READ = 20_000;
    private static final Path PROC = Path.of("/proc");

    private final Path path;
    private final long deadline = System.nanoTime() + LIMIT.toNanos();
    private final List<Holder> found = new ArrayList<>();

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

    private Holders(Path path) {
        this.path = path;
    }

    /** One finding for each process that uses something at or below a path. */
    static List<Holder> of(Path path) {
        Holders search = new Holders(path);
        search.run();
        return List.copyOf(search.found);
    }

    /** The findings in words, or an empty text for none. */
    static String words(List<?> holders) {
        return String.join(", ", holders.stream().map(Object::toString).toList());
    }

    private void run() {
        for (Path process : processes()) {
            if (found.size() >= MOST || late()) {
                return;
            }
            useBy(process).ifPresent(how -> found.add(holder(process, how)));
        }
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

    private Optional<String> useBy(Path process) {
        return link(process.resolve("cwd"))
                .map(target -> "has its working directory at " + target)
                .or(() -> link(process.resolve("root")).map(t -> "has its root at " + t))
                .or(() -> link(process.resolve("exe")).map(t -> "runs " + t))
                .or(() -> openFile(process).map(t -> "has " + t + " open"))
                .or(() -> mapping(process).map(t -> "has " + t + " mapped"));
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
