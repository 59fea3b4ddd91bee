package io.moor.shipper.tail;

import io.moor.shipper.frame.Framer;
import io.moor.shipper.stream.SkippedRange;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One open generation: a handle that survives renames and deletion, and a place that moves only
 * forward within a transaction and back when it aborts. Not thread-safe.
 */
public final class FileTail implements Closeable {

    private final Content content;
    private Frontier committed;
    private Frontier working;
    private Skipping skipping = new Skipping(List.of(), (_, _, _, _, _, _) -> {});
    private long size;

    /** The head is compared this often; a file does not grow back as far as it was read sooner. */
    private static final long HEAD_MILLIS = 20;

    private long headMillis;

    /** How often the bytes before the place are compared while the size stays the same. */
    private static final long CONTENT_MILLIS = 30_000;

    private long contentMillis;

    /** Size that the last read saw whole; -1 when there is more to read. */
    private long readSize = -1;

    /** Whether the last read left complete lines alone, because an event may go on. */
    private boolean holding;

    private FileTail(Content content, Frontier start) throws IOException {
        this.content = content;
        this.committed = start;
        this.working = start;
        this.size = content.size();
    }

    /** Opens a file at a place. */
    public static FileTail open(Path path, Frontier start) throws IOException {
        return open(new PlainContent(FileChannel.open(path, StandardOpenOption.READ)), start);
    }

    /**
     * Opens a gzip file at a place in its decompressed bytes.
     *
     * @param length decompressed bytes, of a file that a {@link GzipProbe} found whole
     */
    public static FileTail openGzip(Path path, Frontier start, long length, Inflaters inflaters)
            throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return open(new GzipContent(channel, length, inflaters), start);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static FileTail open(Content content, Frontier start) throws IOException {
        try {
            return new FileTail(content, start);
        } catch (IOException e) {
            content.close();
            throw e;
        }
    }

    /**
     * The same file from its beginning, through the same handle: what stood there was overwritten.
     * Empty for a compressed file.
     */
    public Optional<FileTail> anew() throws IOException {
        return content instanceof PlainContent plain
                ? Optional.of(open(plain.share(), Frontier.START))
                : Optional.empty();
    }

    /**
     * Reads one block and frames its lines. The bytes before the place are read with it, in the
     * same system call, and must still be there.
     */
    public ReadResult read(ReadBuffer buffer, Framer framer, Framer.Lines lines, long nowMillis)
            throws IOException {
        return read(buffer, framer, lines, nowMillis, Long.MAX_VALUE, Framer.Until.COMPLETE);
    }

    /**
     * @param limit where to stop, an offset
     * @param until what becomes of an open event or an unterminated line at the end or the limit
     */
    public ReadResult read(
            ReadBuffer buffer,
            Framer framer,
            Framer.Lines lines,
            long nowMillis,
            long limit,
            Framer.Until until)
            throws IOException {
        if (!holdsHead(nowMillis)) {
            return ReadResult.REWRITTEN;
        }
        int guard = working.guardLength();
        int needed = guard + framer.longestUnframed() + 1;
        try {
            while (true) {
                int filled = buffer.fill(content, working.offset() - guard);
                if (filled == Content.NOT_YET) {
                    return ReadResult.LATER;
                }
                if (filled < guard || !working.guards(buffer.bytes(), 0)) {
                    return ReadResult.REWRITTEN;
                }
                boolean full = filled == buffer.bytes().length;
                int end = (int) Math.min(filled, guard + Math.max(0, limit - working.offset()));
                size = Math.max(working.offset() - guard + filled, full ? size : 0);
                readSize = full || end < filled ? -1 : size;
                holding = framer.holdsEvents() && until == Framer.Until.COMPLETE;
                framer.reset(working.openLine(), working.head());
                Skipping block = new Skipping(working.skippedBehind(), lines);
                skipping = block;
                // Nobody else pays for the account.
                boolean counts = framer.leavesOut() || !block.untold().isEmpty();
                Framer.Lines counted = counts ? block : lines;
                boolean atEnd = !full || end < filled;
                int consumed =
                        framer.frame(
                                buffer.bytes(),
                                guard,
                                end,
                                working.offset(),
                                atEnd ? until : Framer.Until.COMPLETE,
                                counted);
                if (consumed > 0) {
                    working =
                            working.advance(
                                    buffer.bytes(),
                                    guard,
                                    guard + consumed,
                                    framer.records(),
                                    framer.open(),
                                    nowMillis,
                                    block.inBlock(),
                                    block.untold());
                    return atEnd ? ReadResult.END : ReadResult.LINES;
                }
                if (!full || !buffer.grow(needed)) {
                    return ReadResult.END;
                }
            }
        } catch (GzipException changed) {
            // It was whole when it was opened, so it was written anew.
            return ReadResult.REWRITTEN;
        } finally {
            buffer.shrink();
        }
    }

    /** While a line is taken: the skipped ranges before it, which its record tells. */
    public List<SkippedRange> skippedBefore() {
        return skipping.untold();
    }

    /** Lines that repeat themselves may look the same before the place after a truncation. */
    private boolean holdsHead(long nowMillis) throws IOException {
        if (content.isFinal() || Math.abs(nowMillis - headMillis) < HEAD_MILLIS) {
            return true;
        }
        headMillis = nowMillis;
        return working.begins(content);
    }

    /** Whether nothing can follow the end, so that an unterminated last line is complete. */
    public boolean isFinal() {
        return content.isFinal();
    }

    /** Whether there may be something to read: the size is not the one that the last read saw. */
    public boolean hasNews() throws IOException {
        size = content.size();
        return size != readSize;
    }

    /**
     * Whether what was read is not there any more though the size is the same, or there is more to
     * read; looks into the file now and then only.
     */
    public boolean hasNews(long nowMillis) throws IOException {
        if (hasNews()) {
            return true;
        }
        if (Math.abs(nowMillis - contentMillis) < CONTENT_MILLIS) {
            return false;
        }
        contentMillis = nowMillis;
        return !holdsRead();
    }

    /**
     * Whether there is nothing to read, and what was read is still there; looks into the file now
     * and then only. What it finds otherwise is left to a read.
     */
    public boolean isStill(long nowMillis) throws IOException {
        if (content.size() != readSize) {
            return false;
        }
        size = readSize;
        if (Math.abs(nowMillis - contentMillis) < CONTENT_MILLIS) {
            return true;
        }
        contentMillis = nowMillis;
        boolean still = holdsRead();
        readSize = still ? readSize : -1;
        return still;
    }

    /** Whether the bytes at the head and before the place are still there. */
    public boolean holdsRead() throws IOException {
        return content.isFinal() || working.isIn(content);
    }

    /** Whether the last read saw all there was when the size was looked at last. */
    public boolean wasReadWhole() {
        return size == readSize;
    }

    /** Whether lines may be kept back that only more lines, or none for a while, complete. */
    public boolean isHolding() {
        return holding && size > working.offset();
    }

    /** The bytes at a place that are there now; fewer where it ends. */
    public byte[] bytes(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        return Arrays.copyOf(bytes, Math.max(0, content.read(bytes, position)));
    }

    /** The first bytes that are there now, at most as many as identify a file. */
    public byte[] head() throws IOException {
        byte[] head = new byte[Frontier.PREFIX_BYTES];
        return Arrays.copyOf(head, content.read(head, 0));
    }

    /** Size when last looked at. */
    public long size() {
        return size;
    }

    /** What the transaction in hand has reached. */
    public Frontier working() {
        return working;
    }

    /** What Kafka has. */
    public Frontier committed() {
        return committed;
    }

    public boolean dirty() {
        return working != committed;
    }

    public void commit() {
        committed = working;
    }

    public void rollback() {
        working = committed;
        readSize = -1;
        holding = false;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
