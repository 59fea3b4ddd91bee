package io.moor.shipper.engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * What one system call tells of a file. Two that are equal are of one file that did not change.
 *
 * @param file device and inode
 * @param born when that inode was used for it, where the file system knows
 * @param modified last modification
 * @param size bytes
 */
record Glance(@Nullable Object file, FileTime born, FileTime modified, long size) {

    /**
     * @throws IOException also when there is no such file
     */
    static Glance at(Path path) throws IOException {
        BasicFileAttributes seen =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new Glance(
                seen.fileKey(), seen.creationTime(), seen.lastModifiedTime(), seen.size());
    }
}
