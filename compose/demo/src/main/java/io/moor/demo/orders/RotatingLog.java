package io.moor.demo.orders;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * An application's log file with the usual rotation by rename: {@code app.log} becomes {@code
 * app.log.1}, and so on.
 */
final class RotatingLog implements AutoCloseable {

    private final Path file;
    private final long rotateBytes;
    private final int keep;
    private FileChannel channel;

    /**
     * @param rotateBytes size after which the file is renamed, bytes
     * @param keep how many renamed files stay
     */
    RotatingLog(Path file, long rotateBytes, int keep) throws IOException {
        this.file = file;
        this.rotateBytes = rotateBytes;
        this.keep = keep;
        this.channel = open(file);
    }

    void line(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        if (channel.size() >= rotateBytes) {
            rotate();
        }
    }

    private void rotate() throws IOException {
        channel.close();
        for (int i = keep - 1; i >= 1; i--) {
            Path from = numbered(i);
            if (Files.exists(from)) {
                Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        channel = open(file);
    }

    private Path numbered(int i) {
        return file.resolveSibling(file.getFileName() + "." + i);
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
