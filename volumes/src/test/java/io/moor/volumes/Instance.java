package io.moor.volumes;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A disposable server on this machine: a JVM in mount and PID namespaces of its own, which attaches
 * a volume and appends numbers to a file on it, each forced to storage before it is printed.
 */
final class Instance {

    private final Process process;
    private final BufferedReader output;
    private long printed;

    private Instance(Process process) {
        this.process = process;
        this.output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Instance start(Sandbox sandbox, String type, Path root, String id, long epoch, Path path)
            throws IOException {
        Process process =
                sandbox.start(
                        new ProcessBuilder(
                                        "unshare",
                                        "--mount",
                                        "--pid",
                                        "--fork",
                                        "--kill-child",
                                        "--mount-proc",
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:+UseSerialGC",
                                        "-cp",
                                        System.getProperty("java.class.path")
                                                .replace(":", File.pathSeparator),
                                        Instance.class.getName(),
                                        type,
                                        root.toString(),
                                        id,
                                        Long.toString(epoch),
                                        path.toString())
                                .redirectError(ProcessBuilder.Redirect.INHERIT));
        return new Instance(process);
    }

    /** Waits until it has written and forced this many numbers. */
    void awaitWritten(long count) throws IOException {
        while (printed < count) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("the instance ended before it wrote " + count + " numbers");
            }
            printed = Long.parseLong(line);
        }
    }

    /** Pulls the plug, and returns the last number it had forced to storage. */
    long kill() throws IOException, InterruptedException {
        // Through the handle: the process's own method closes its output, which is still to be
        // read.
        process.toHandle().destroyForcibly();
        process.waitFor();
        String line = output.readLine();
        while (line != null) {
            printed = Long.parseLong(line);
            line = output.readLine();
        }
        return printed;
    }

    public static void main(String[] arguments) throws Exception {
        VolumeProvider provider = VolumeProviders.open(arguments[0], Path.of(arguments[1]));
        Path path = Path.of(arguments[4]);
        provider.attach(
                new AttachRequest(
                        new VolumeId(arguments[2]),
                        Long.parseLong(arguments[3]),
                        path,
                        AccessMode.RW,
                        false));
        Path file = path.resolve("numbers");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (long number = 1; Files.exists(file); number++) {
                channel.write(ByteBuffer.wrap((number + "\n").getBytes(StandardCharsets.US_ASCII)));
                channel.force(true);
                System.out.println(number);
            }
        }
    }
}
