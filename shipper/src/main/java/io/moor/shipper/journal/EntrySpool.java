package io.moor.shipper.journal;

import io.moor.shipper.spool.Spool;
import io.moor.shipper.spool.SpoolStopped;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Entries as whole lines in the spool. A line that the death of an earlier run tore is completed,
 * not cut off: pieces of it may be shipped already. The same entry is always the same line, so what
 * is there must be its beginning.
 */
final class EntrySpool {

    private static final Logger LOG = LoggerFactory.getLogger(EntrySpool.class);

    private static final int BLOCK = 64 << 10;

    private final String name;
    private final Spool spool;
    private long torn;

    EntrySpool(String name, Spool spool) {
        this.name = name;
        this.spool = spool;
    }

    /** Looks what an earlier run left. */
    void begin() throws IOException {
        torn = spool.tornBytes();
    }

    void append(Entry entry) throws IOException, InterruptedException {
        for (var field : entry.fields().entrySet()) {
            if (field.getValue().contains(null)) {
                LOG.atWarn()
                        .addKeyValue("source", name)
                        .addKeyValue("cursor", entry.cursor())
                        .addKeyValue("field", field.getKey())
                        .addKeyValue("most", ExportReader.MOST_BYTES)
                        .log("a field of an entry is too large and is shipped as null");
            }
        }
        if (torn > 0 && !continuesTorn(entry)) {
            LOG.atWarn()
                    .addKeyValue("source", name)
                    .addKeyValue("bytes", torn)
                    .log(
                            "the entry at which an earlier run died is not in the journal any more;"
                                    + " its beginning is shipped as a partial line");
            torn = 0;
            spool.cut();
        }
        if (torn == 0 && spool.isCutDue(0)) {
            spool.cut();
        }
        write(entry, torn);
        torn = 0;
        spool.lineEnded();
    }

    private boolean continuesTorn(Entry entry) throws IOException {
        long begin = spool.liveBytes() - torn;
        Comparison comparison = new Comparison(begin);
        try (OutputStream out = new BufferedOutputStream(comparison, BLOCK)) {
            EntryJson.write(entry, out);
        }
        return comparison.same && comparison.seen >= torn;
    }

    /** Of a line the beginning is there already. */
    private void write(Entry entry, long there) throws IOException, InterruptedException {
        try (OutputStream out = new BufferedOutputStream(new Rest(there), BLOCK)) {
            EntryJson.write(entry, out);
        } catch (InterruptedIOException e) {
            throw new InterruptedException(e.getMessage());
        }
    }

    /** Compares what is written to it with what is in the file. */
    private final class Comparison extends OutputStream {

        private final long begin;
        private long seen;
        private boolean same = true;

        Comparison(long begin) {
            this.begin = begin;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int part = Math.clamp(torn - seen, 0, length);
            if (part > 0 && same) {
                byte[] there = spool.written(begin + seen, part);
                same = Arrays.equals(there, 0, part, bytes, from, from + part);
            }
            seen += length;
        }
    }

    /** Leaves the first bytes out. */
    private final class Rest extends OutputStream {

        private long skip;

        Rest(long skip) {
            this.skip = skip;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int left = (int) Math.min(skip, length);
            skip -= left;
            try {
                spool.append(bytes, from + left, length - left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            } catch (SpoolStopped e) {
                throw e;
            }
        }
    }
}
