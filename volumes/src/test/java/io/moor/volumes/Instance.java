package io.moor.volumes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

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

    /** Starts one that owns its mounts, so that they end with it. */
    static Instance start(Sandbox sandbox, String type, Path root, long epoch, Path path)
            throws IOException {
        List<String> namespaces =
                List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc");
        return start(sandbox, namespaces, type, root, epoch, path);
    }

    /** Starts one that may not mount. */
    static Instance startUnprivileged(
            Sandbox sandbox, String type, Path root, long epoch, Path path) throws IOException {
        List<String> withoutMount = List.of("setpriv", "--bounding-set", "-sys_admin");
        return start(sandbox, withoutMount, type, root, epoch, path);
    }

    private static Instance start(
            Sandbox sandbox, List<String> wrapper, String type, Path root, long epoch, Path path)
            throws IOException {
        List<String> line = new ArrayList<>(wrapper);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        line.add(Instance.class.getName());
        line.addAll(List.of(type, root.toString(), Long.toString(epoch), path.toString()));
        return new Instance(sandbox.start(new ProcessBuilder(line)));
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

    /** What it says when it ends by itself. */
    String lastWords() throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) throws Exception {
        Path path = Path.of(arguments[3]);
        try {
            VolumeProvider provider = VolumeProviders.open(arguments[0], Path.of(arguments[1]));
            long epoch = Long.parseLong(arguments[2]);
            provider.attach(VolumeProviderContract.request(epoch, path));
            write(path.resolve("numbers"));
        } catch (VolumeException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void write(Path file) throws IOException {
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
