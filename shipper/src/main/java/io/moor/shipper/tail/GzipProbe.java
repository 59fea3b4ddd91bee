package io.moor.shipper.tail;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.ContentHash;
import io.moor.shipper.identity.RollingHash;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a gzip file through once, in slices: whether it is whole, how long its content is, and
 * which known generations its content begins with. A generation is in it when the hashes of its
 * head and of the bytes before its offset are found, and the checksum over everything before the
 * offset, too, where one is known.
 */
public final class GzipProbe implements Closeable {

    private static final int BLOCK_BYTES = 64 << 10;

    private final FileChannel channel;
    private final GzipMembers members;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final byte[] tail = new byte[Frontier.GUARD_BYTES];
    private final byte[] head = new byte[Frontier.PREFIX_BYTES];
    private final List<GenerationCheckpoint> sought;
    private final Map<String, Frontier> found = new HashMap<>();
    private int hash;
    private int next;

    /** What became of a file. */
    public sealed interface Result {

        /** Not read through yet. */
        record Pending() implements Result {}

        /**
         * @param length decompressed bytes
         * @param holds the places of the generations that it begins with, by file id
         * @param endHash of the last of its bytes, at most {@link Frontier#GUARD_BYTES} of them
         */
        record Whole(long length, Map<String, Frontier> holds, String endHash) implements Result {
            public Whole {
                holds = Map.copyOf(holds);
            }
        }

        /** Ends before its trailer. */
        record Incomplete() implements Result {}

        /**
         * @param why in words
         */
        record Damaged(String why) implements Result {}
    }

    /**
     * @param known generations that it may be of; those of which nothing was seen prove nothing
     */
    public GzipProbe(Path file, Collection<GenerationCheckpoint> known) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.members = new GzipMembers(channel);
        this.sought =
                known.stream()
                        .filter(generation -> provenAt(generation) > 0)
                        .sorted(Comparator.comparingLong(GzipProbe::provenAt))
                        .toList();
    }

    /**
     * Goes on.
     *
     * @param bytes how many to decompress at most
     */
    public Result advance(long bytes) throws IOException {
        try {
            for (long limit = members.position() + bytes; members.position() < limit; ) {
                long before = members.position();
                int count = members.inflate(block, 0, block.length);
                if (count < 0) {
                    int end = (int) Math.min(before, tail.length);
                    return new Result.Whole(
                            before, found, ContentHash.of(tail, tail.length - end, tail.length));
                }
                take(before, count);
            }
            return new Result.Pending();
        } catch (GzipException e) {
            return e.isIncomplete()
                    ? new Result.Incomplete()
                    : new Result.Damaged(String.valueOf(e.getMessage()));
        }
    }

    private static long provenAt(GenerationCheckpoint known) {
        return known.evidence().content().length();
    }

    private void take(long before, int count) {
        if (before < head.length) {
            System.arraycopy(
                    block, 0, head, (int) before, Math.min(count, head.length - (int) before));
        }
        int at = 0;
        while (next < sought.size() && provenAt(sought.get(next)) <= before + count) {
            int to = (int) (provenAt(sought.get(next)) - before);
            hash = RollingHash.join(hash, RollingHash.of(block, at, to), to - at);
            at = to;
            compare(sought.get(next), to);
            next++;
        }
        hash = RollingHash.join(hash, RollingHash.of(block, at, count), count - at);
        remember(count);
    }

    private void compare(GenerationCheckpoint known, int to) {
        ContentEvidence content = known.evidence().content();
        byte[] prefix = Arrays.copyOf(head, content.prefixLength());
        byte[] guard = before(to, content.frontierLength());
        boolean unbroken = known.offset() > 0 && known.bytes() == known.offset();
        if (ContentHash.of(prefix, 0, prefix.length).equals(content.prefixHash())
                && ContentHash.of(guard, 0, guard.length).equals(content.frontierHash())
                && (!unbroken || known.hash() == hash)) {
            found.put(known.fileId(), FrontierFinder.place(known, prefix, guard));
        }
    }

    /** The bytes before a place in the block, from the block before it too. */
    private byte[] before(int to, int length) {
        byte[] bytes = new byte[length];
        int own = Math.min(length, to);
        System.arraycopy(block, to - own, bytes, length - own, own);
        System.arraycopy(tail, tail.length - (length - own), bytes, 0, length - own);
        return bytes;
    }

    /** Keeps the last bytes, at the end of {@code tail}. */
    private void remember(int count) {
        int own = Math.min(count, tail.length);
        System.arraycopy(tail, own, tail, 0, tail.length - own);
        System.arraycopy(block, count - own, tail, tail.length - own, own);
    }

    @Override
    public void close() throws IOException {
        members.close();
        channel.close();
    }
}
