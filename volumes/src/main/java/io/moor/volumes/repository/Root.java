package io.moor.volumes.repository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot.
 *
 * @param lineage of its first ancestor
 * @param parent empty for the first of its lineage
 * @param begun when the scan began, by the clock of the machine that has the source
 * @param tornPaths at most 1,000 of them
 * @param packs all that its tree refers to, perhaps more of its parent's
 */
public record Root(
        RootKey key,
        RandomId lineage,
        Optional<RootKey> parent,
        Instant begun,
        Instant ended,
        Source source,
        NodeLevels.Top tree,
        Counts counts,
        Consistency consistency,
        List<ByteString> tornPaths,
        List<PackUse> packs) {

    public Root {
        tornPaths = List.copyOf(tornPaths);
        packs = List.copyOf(packs);
    }

    /** How far the files of a snapshot belong together. */
    public enum Consistency {
        /** As after a loss of power, or later. */
        CRASH(0),
        /** The application was told to come to rest. */
        APPLICATION(1),
        /** At least one file changed while it was read. */
        TORN(2);

        private final int code;

        Consistency(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Consistency ofCode(int code) {
            for (Consistency consistency : values()) {
                if (consistency.code == code) {
                    return consistency;
                }
            }
            throw new IllegalArgumentException("consistency " + code);
        }
    }

    /** Where the source was; inodes of another place mean nothing. */
    public record Source(long device, long inode) {}

    /**
     * @param bytes in files, hard links once, holes included
     * @param mountPoints whose content is not in the snapshot
     */
    public record Counts(
            long entries, long files, long directories, long bytes, long torn, long mountPoints) {}

    /**
     * @param fresh whether this snapshot wrote it
     */
    public record PackUse(StoredPack pack, boolean fresh) {}
}
