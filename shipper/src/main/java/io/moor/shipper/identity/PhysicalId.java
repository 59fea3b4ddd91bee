package io.moor.shipper.identity;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What the file system says about a file. Only hints: a reattached volume has another device
 * number, a restored one other inodes, and an inode is used again as soon as its file is deleted.
 *
 * @param fileSystem identity of the file system's root, which survives a reattachment
 * @param device device number
 * @param inode inode number
 * @param birth birth time, or null where the file system keeps none
 */
public record PhysicalId(String fileSystem, long device, long inode, @Nullable Instant birth) {

    /** The same file beyond doubt: without birth times an inode may have been used again. */
    public boolean isCertainly(PhysicalId other) {
        return birth != null && other.birth != null && isSameFile(other);
    }

    /** Whether both name one physical file: the birth time decides where both have one. */
    public boolean isSameFile(PhysicalId other) {
        if (inode != other.inode) {
            return false;
        }
        if (birth != null && other.birth != null) {
            return birth.equals(other.birth);
        }
        return fileSystem.equals(other.fileSystem);
    }
}
