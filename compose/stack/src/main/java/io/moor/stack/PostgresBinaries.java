package io.moor.stack;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * PostgreSQL's programs, unpacked from the jar into a stack's directory: {@code initdb}, {@code
 * pg_ctl} and {@code postgres} with their libraries.
 *
 * @param home the directory that holds {@code bin}, {@code lib} and {@code share}
 */
public record PostgresBinaries(Path home) {

    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

    /** Part of the directory's name, so that another version is unpacked beside this one. */
    private static final String VERSION = "18.6";

    /**
     * The programs below {@code directory}; unpacked (some seconds, 60 MB) when they are not there
     * yet. Directories are renamed into place when they are complete, so one that exists is whole.
     * One process per directory at a time.
     */
    public static PostgresBinaries in(Path directory) {
        Path home = locate(directory).home();
        if (!Files.isDirectory(home)) {
            try {
                Path unfinished = home.resolveSibling(home.getFileName() + ".new");
                StackDirectory.deleteTree(unfinished);
                unpack(unfinished);
                StackDirectory.moveIntoPlace(unfinished, home);
            } catch (IOException e) {
                throw new StackException(
                        "Cannot unpack PostgreSQL into %s: %s"
                                .formatted(home, StackException.oneLine(e)),
                        e);
            }
        }
        return new PostgresBinaries(home);
    }

    /** Where {@link #in} puts them; they need not be there. */
    static PostgresBinaries locate(Path directory) {
        return new PostgresBinaries(
                directory.toAbsolutePath().normalize().resolve("postgres-" + VERSION));
    }

    /** The server itself. */
    public Path postgres() {
        return home.resolve("bin/postgres");
    }

    /** Creates data directories. */
    public Path initdb() {
        return home.resolve("bin/initdb");
    }

    /** Starts and stops servers. */
    public Path pgCtl() {
        return home.resolve("bin/pg_ctl");
    }

    private static void unpack(Path target) throws IOException {
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream(ARCHIVE)) {
            if (packed == null) {
                throw new StackException(
                        "There is no PostgreSQL for this machine: the embedded stack runs on Linux"
                                + " on x86-64");
            }
            try (var archive = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
                for (TarArchiveEntry entry = archive.getNextEntry();
                        entry != null;
                        entry = archive.getNextEntry()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedIOException("interrupted");
                    }
                    unpack(archive, entry, target);
                }
            }
        }
    }

    private static void unpack(TarArchiveInputStream archive, TarArchiveEntry entry, Path target)
            throws IOException {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
            throw new IOException("the archive leaves its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(path, target.resolve(entry.getLinkName()));
        } else {
            Files.copy(archive, path);
            boolean program = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
