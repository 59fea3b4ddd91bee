package io.moor.shipper.tail;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * The decompressed bytes of a gzip file that was found whole. Written anew in place it is another
 * one, of which no byte is taken for one of the first. Decompression only goes forward: the block
 * read last is kept, because the next read begins within it, and a place before it means to begin
 * anew.
 */
final class GzipContent implements Content {

    /** Decompressed in one go on the way to a place; some 100 ms. */
    private static final long STRIDE = 32L << 20;

    private final FileChannel channel;
    private final long length;
    private final Inflaters inflaters;
    private final GzipStamp stamp;
    private @Nullable GzipMembers members;
    private byte[] kept = new byte[0];
    private long keptAt;

    /**
     * @param length decompressed bytes that were found in it
     */
    GzipContent(FileChannel channel, long length, Inflaters inflaters) throws IOException {
        this.channel = channel;
        this.length = length;
        this.inflaters = inflaters;
        this.stamp = GzipStamp.of(channel);
    }

    @Override
    public int read(byte[] into, long position) throws IOException {
        GzipMembers from = reach(position);
        if (from == null) {
            return NOT_YET;
        }
        int filled = 0;
        if (position >= keptAt && position < keptAt + kept.length) {
            int at = (int) (position - keptAt);
            filled = Math.min(kept.length - at, into.length);
            System.arraycopy(kept, at, into, 0, filled);
        }
        // What was kept ends where decompression stands, so only then there is more to fetch.
        while (filled < into.length && position + filled < length) {
            int count = from.inflate(into, filled, into.length);
            if (count < 0) {
                throw GzipException.damaged("it is shorter than it was");
            }
            filled += count;
        }
        // After what was read: it was not overwritten before.
        if (!stamp.isOf(channel)) {
            throw GzipException.damaged("it was written anew");
        }
        if (position + filled == from.position()) {
            keep(into, filled, position);
        }
        return filled;
    }

    private void keep(byte[] block, int filled, long position) {
        if (kept.length != filled) {
            kept = new byte[filled];
        }
        System.arraycopy(block, 0, kept, 0, filled);
        keptAt = position;
    }

    /** Null when it is a long way, or others have to be read first. */
    private @Nullable GzipMembers reach(long position) throws IOException {
        GzipMembers now = members;
        if (now != null && position < keptAt) {
            now.close();
            now = new GzipMembers(channel);
            members = now;
            kept = new byte[0];
            keptAt = 0;
        }
        if (now == null) {
            if (!inflaters.take()) {
                return null;
            }
            now = new GzipMembers(channel);
            members = now;
        }
        return skip(now, position) ? now : null;
    }

    private boolean skip(GzipMembers from, long position) throws IOException {
        if (from.position() >= position) {
            return true;
        }
        byte[] scratch = new byte[(int) Math.min(64 << 10, position - from.position())];
        long limit = Math.min(position, from.position() + STRIDE);
        kept = new byte[0];
        while (from.position() < limit) {
            int most = (int) Math.min(scratch.length, limit - from.position());
            if (from.inflate(scratch, 0, most) < 0) {
                throw GzipException.damaged("it is shorter than it was");
            }
            keptAt = from.position();
        }
        return limit == position;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public boolean isFinal() {
        return true;
    }

    @Override
    public void close() throws IOException {
        if (members != null) {
            members.close();
            members = null;
            inflaters.giveBack();
        }
        kept = new byte[0];
        channel.close();
    }
}
