package io.moor.shipper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a real journal: systemd's own program, fed in the Journal Export Format. */
final class JournalWriter implements AutoCloseable {

    private static final List<Path> PROGRAMS =
            List.of(
                    Path.of("/lib/systemd/systemd-journal-remote"),
                    Path.of("/usr/lib/systemd/systemd-journal-remote"));

    /** 2026-01-01. */
    private static final long EPOCH_MICROS = 1_767_225_600_000_000L;

    private final Process process;
    private final OutputStream in;
    private long entries;

    private JournalWriter(Process process) {
        this.process = process;
        this.in = process.getOutputStream();
    }

    static boolean isInstalled() {
        return PROGRAMS.stream().anyMatch(Files::isExecutable);
    }

    /** Begins, or goes on with, a journal file; its name ends with {@code .journal}. */
    static JournalWriter to(Path file) throws IOException {
        Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElseThrow();
        Process process =
                new ProcessBuilder(program.toString(), "--output=" + file, "-")
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        file.resolveSibling("writer.out").toFile()))
                        .start();
        return new JournalWriter(process);
    }

    /** Entries are later than those of another writer that wrote so many. */
    JournalWriter after(long others) {
        entries = others;
        return this;
    }

    /** An entry of a boot; a message that is no text, or has several lines, is one. */
    synchronized void write(char boot, String unit, byte[] message) throws IOException {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        line(entry, "__REALTIME_TIMESTAMP=" + (EPOCH_MICROS + entries));
        line(entry, "__MONOTONIC_TIMESTAMP=" + (1_000 + entries));
        line(entry, "_BOOT_ID=" + String.valueOf(boot).repeat(32));
        line(entry, "_SYSTEMD_UNIT=" + unit);
        line(entry, "PRIORITY=6");
        line(entry, "TAG=a");
        line(entry, "TAG=b");
        line(entry, "MESSAGE");
        entry.write(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(message.length)
                        .array());
        entry.write(message);
        entry.write("\n\n".getBytes(UTF_8));
        in.write(entry.toByteArray());
        in.flush();
        entries++;
    }

    void write(String message) throws IOException {
        write('a', "app.service", message.getBytes(UTF_8));
    }

    private static void line(ByteArrayOutputStream entry, String line) throws IOException {
        entry.write((line + "\n").getBytes(UTF_8));
    }

    /** Ends when all of it is in the file. */
    @Override
    public void close() throws IOException {
        in.close();
        process.onExit().join();
    }
}
