package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the files that a configuration names, each once, so that files which include each other
 * come to an end. Relative names are looked for beside the configuration. Not thread-safe.
 */
final class Includes {

    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final int FILES_MAX = 200;

    private final Optional<Path> directory;
    private final Optional<Path> shown;
    private final Set<Path> seen = new HashSet<>();

    /**
     * @param main the configuration as the user named it; empty when it came from standard input
     */
    Includes(Optional<Path> main) {
        this.directory = main.map(Path::toAbsolutePath).map(Path::getParent);
        this.shown = main.map(file -> file.resolveSibling(""));
    }

    /**
     * Reads a file that a user named.
     *
     * @throws ConfigException when it cannot be read
     */
    Text read(Path file) throws ConfigException {
        try {
            if (Files.isDirectory(file)) {
                throw problem(file, "is a directory; name a file");
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw problem(file, "is larger than 1MiB; is it the right file?");
            }
            seen.add(file.toRealPath());
            return new Text(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw problem(file, "no such file; check the path");
        } catch (CharacterCodingException e) {
            throw problem(file, "is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            throw problem(file, "cannot be read; check its permissions");
        }
    }

    /**
     * Files that a glob or a name stands for, in their order. Empty when there are none, or all of
     * them were read before.
     *
     * @throws ConfigException when one of them cannot be read
     */
    List<Text> find(String pattern) throws ConfigException {
        List<Text> found = new ArrayList<>();
        for (Path file : files(pattern)) {
            if (seen.size() >= FILES_MAX) {
                throw problem(file, "is one of more than 200 files; import them in parts");
            }
            if (!seen.contains(real(file))) {
                found.add(new Text(shown(file), read(file).content()));
            }
        }
        return found;
    }

    /** As the user would name it. */
    private String shown(Path file) {
        return directory.isPresent() && shown.isPresent() && file.startsWith(directory.get())
                ? shown.get().resolve(directory.get().relativize(file)).toString()
                : file.toString();
    }

    /** Whether there is such a file, read before or not. */
    boolean exists(String pattern) {
        return !files(pattern).isEmpty();
    }

    private List<Path> files(String pattern) {
        try {
            Path named = Path.of(pattern);
            if (!named.isAbsolute()) {
                if (directory.isEmpty()) {
                    return List.of();
                }
                named = directory.get().resolve(named);
            }
            Path parent = named.getParent();
            Path last = named.getFileName();
            if (Files.isRegularFile(named)) {
                return List.of(named);
            }
            if (parent == null || last == null || !Files.isDirectory(parent)) {
                return List.of();
            }
            try (var matching = Files.newDirectoryStream(parent, last.toString())) {
                List<Path> files = new ArrayList<>();
                matching.forEach(files::add);
                return files.stream().filter(Files::isRegularFile).sorted().toList();
            }
        } catch (IOException
                | InvalidPathException
                | PatternSyntaxException
                | DirectoryIteratorException none) {
            return List.of();
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException gone) {
            return file;
        }
    }

    private static ConfigException problem(Path file, String text) {
        return new ConfigException(List.of(file + ": " + text));
    }
}
