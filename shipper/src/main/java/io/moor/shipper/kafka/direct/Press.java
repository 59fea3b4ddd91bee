package io.moor.shipper.kafka.direct;

import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Compresses collected records into batches. Used by one thread. */
final class Press {

    /** What incompressible records may grow by, with room to spare. */
    private static final int GROWTH = 16 << 10;

    private final Compression compression;
    private final boolean transactional;
    private final Buffers buffers;
    private ByteBuffer scratch = ByteBuffer.allocate(0);

    Press(Compression compression, boolean transactional, Buffers buffers) {
        this.compression = compression;
        this.transactional = transactional;
        this.buffers = buffers;
    }

    /** Makes a batch; the array of the collected records goes into it, or back to the others. */
    Batch press(RecordBuffer collected, long nowMs) {
        int id = compression.type().id;
        if (compression.type() == CompressionType.NONE) {
            return new Batch(
                    collected, collected.bytes(), collected.end(), id, transactional, nowMs);
        }
        ByteBuffer compressed = compress(collected);
        int length = compressed.position();
        byte[] bytes = buffers.take(length);
        compressed.get(RecordBuffer.START, bytes, RecordBuffer.START, length - RecordBuffer.START);
        buffers.give(collected.bytes());
        return new Batch(collected, bytes, length, id, transactional, nowMs);
    }

    private ByteBuffer compress(RecordBuffer collected) {
        int size = collected.end() - RecordBuffer.START;
        int usual = size + GROWTH;
        if (scratch.capacity() < usual || scratch.capacity() > 4 * Math.max(usual, 1 << 20)) {
            scratch = ByteBuffer.allocate(usual);
        }
        scratch.clear();
        // Grows into another buffer should it have to.
        ByteBufferOutputStream out = new ByteBufferOutputStream(scratch);
        out.position(RecordBuffer.START);
        try (OutputStream stream = compression.wrapForOutput(out, RecordBatch.MAGIC_VALUE_V2)) {
            stream.write(collected.bytes(), RecordBuffer.START, size);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compress in memory", e);
        }
        return out.buffer();
    }
}
