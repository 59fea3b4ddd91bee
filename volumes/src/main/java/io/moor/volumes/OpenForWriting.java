package io.moor.volumes;

import io.moor.volumes.Holders.Holder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the processes that have one file open so that they can write to it, under whatever path
 * they see it. Those of other users are visible to root only. Who reads (a backup) is not in the
 * way.
 */
final class OpenForWriting {

    /** The bits of open(2)'s flags that are 0 for read-only. */
    private static final int ACCESS = 3;

    private OpenForWriting() {}

    static List<Holder> of(Path file) {
        List<Holder> holders = new ArrayList<>();
        for (Path process : Holders.processes()) {
            if (writes(process, file)) {
                holders.add(Holders.holder(process, "has " + file + " open for writing"));
            }
        }
        return holders;
    }

    private static boolean writes(Path process, Path file) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (isOf(descriptor, file) && isWritable(process, descriptor)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The process ended, or belongs to somebody else.
        }
        return false;
    }

    /** The name first: asking for the file itself may wait for a dead server of another file. */
    private static boolean isOf(Path descriptor, Path file) {
        try {
            Path name = Files.readSymbolicLink(descriptor).getFileName();
            return name != null
                    && name.equals(file.getFileName())
                    && Files.isSameFile(descriptor, file);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isWritable(Path process, Path descriptor) throws IOException {
        Path info = process.resolve("fdinfo").resolve(descriptor.getFileName());
        return Files.readString(info, StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> line.substring("flags:".length()).strip())
                .anyMatch(flags -> (Long.parseLong(flags, 8) & ACCESS) != 0);
    }
}
