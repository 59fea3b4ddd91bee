package io.moor.volumes.posix;

/**
 * What statx(2) says of a file.
 *
 * @param mode type and permissions, as in st_mode
 * @param blocks of 512 bytes that are allocated
 * @param device where the file is: major number in the upper 32 bits, minor in the lower
 * @param major of the device that a device node stands for; 0 for others
 * @param minor likewise
 * @param mountRoot whether something is mounted here
 */
public record FileStatus(
        int mode,
        int uid,
        int gid,
        int links,
        long inode,
        long device,
        long size,
        long blocks,
        long modifiedSeconds,
        int modifiedNanos,
        long changedSeconds,
        int changedNanos,
        int major,
        int minor,
        boolean mountRoot) {

    private static final int TYPE = 0xF000;

    public boolean isDirectory() {
        return (mode & TYPE) == 0x4000;
    }

    public boolean isFile() {
        return (mode & TYPE) == 0x8000;
    }

    public boolean isSymbolicLink() {
        return (mode & TYPE) == 0xA000;
    }

    public boolean isFifo() {
        return (mode & TYPE) == 0x1000;
    }

    public boolean isSocket() {
        return (mode & TYPE) == 0xC000;
    }

    public boolean isCharacterDevice() {
        return (mode & TYPE) == 0x2000;
    }

    public boolean isBlockDevice() {
        return (mode & TYPE) == 0x6000;
    }

    public int permissions() {
        return mode & 0xFFF;
    }

    /** Whether content and metadata are, as far as the system tells, those of the other status. */
    public boolean isUnchangedSince(FileStatus earlier) {
        return inode == earlier.inode
                && mode == earlier.mode
                && size == earlier.size
                && modifiedSeconds == earlier.modifiedSeconds
                && modifiedNanos == earlier.modifiedNanos
                && changedSeconds == earlier.changedSeconds
                && changedNanos == earlier.changedNanos;
    }
}
