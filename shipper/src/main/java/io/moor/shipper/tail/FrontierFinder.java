package io.moor.shipper.tail;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.ContentHash;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Finds the committed place of a generation in a file again, by its content. */
public final class FrontierFinder {

    private FrontierFinder() {}

    /** Empty when the file does not hold the committed or seen bytes (prefix and frontier). */
    public static Optional<Frontier> find(Path file, GenerationCheckpoint known)
            throws IOException {
        ContentEvidence content = known.evidence().content();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < content.length()) {
                return Optional.empty();
            }
            byte[] prefix = bytes(channel, 0, content.prefixLength());
            byte[] guard =
                    bytes(
                            channel,
                            content.offset() - content.frontierLength(),
                            content.frontierLength());
            if (!ContentHash.of(prefix, 0, prefix.length).equals(content.prefixHash())
                    || !ContentHash.of(guard, 0, guard.length).equals(content.frontierHash())) {
                return Optional.empty();
            }
            return Optional.of(place(known, prefix, guard));
        } catch (EOFException shrunkMeanwhile) {
            return Optional.empty();
        }
    }

    /** A place whose bytes were found: counts from the checkpoint, bytes from the file. */
    static Frontier place(GenerationCheckpoint known, byte[] prefix, byte[] guard) {
        Instant last = known.lastEventTime();
        int committedPrefix = (int) Math.min(prefix.length, known.offset());
        return Frontier.resumed(
                known.offset(),
                known.lines(),
                known.bytes(),
                known.hash(),
                known.openLine(),
                last == null ? 0 : last.toEpochMilli(),
                Arrays.copyOf(prefix, committedPrefix),
                guard,
                known.skippedBehind());
    }

    /** The first bytes of a file, fewer when it is shorter. */
    public static byte[] head(Path file, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
                // Until it is full or the file ends.
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    /** The bytes at a place of a file; none when it ends before the last of them. */
    public static byte[] bytes(Path file, long position, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return bytes(channel, position, length);
        } catch (EOFException shorter) {
            return new byte[0];
        }
    }

    private static byte[] bytes(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException();
            }
        }
        return bytes.array();
    }
}
