package io.moor.volumes.repository;

import java.util.List;

/**
 * One name in a snapshot.
 *
 * @param path from the volume's root; empty for the root directory itself
 */
record Entry(ByteString path, Metadata metadata, Node node) {

    static final int TORN = 1;
    static final int MOUNT_POINT = 2;

    /**
     * What a file system knows of a name, whatever it is.
     *
     * @param flags {@link #TORN}, {@link #MOUNT_POINT}
     * @param attributes sorted by name
     */
    record Metadata(
            int permissions,
            int uid,
            int gid,
            long modifiedSeconds,
            int modifiedNanos,
            long changedSeconds,
            int changedNanos,
            long inode,
            int flags,
            List<Attribute> attributes) {

        Metadata {
            attributes = List.copyOf(attributes);
        }

        Metadata withFlags(int more) {
            return new Metadata(
                    permissions,
                    uid,
                    gid,
                    modifiedSeconds,
                    modifiedNanos,
                    changedSeconds,
                    changedNanos,
                    inode,
                    flags | more,
                    attributes);
        }
    }

    /** An extended attribute. */
    record Attribute(ByteString name, ByteString value) {}

    /** What a name is. */
    sealed interface Node {}

    /**
     * @param chunking how this version was cut
     * @param next how the next one should be
     */
    record FileNode(long size, Chunking chunking, Chunking next, Content content) implements Node {}

    record Directory() implements Node {}

    record SymbolicLink(ByteString target) implements Node {}

    /**
     * @param path of the file that this is another name of
     */
    record HardLink(ByteString path) implements Node {}

    record Fifo() implements Node {}

    record Socket() implements Node {}

    record Device(boolean isBlock, int major, int minor) implements Node {}
}
