package io.moor.demo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The loop devices of this machine, read from the kernel. */
final class LoopDevices {

    private LoopDevices() {}

    /** Names of the devices that are backed by a file, or by a file below a directory. */
    static List<String> of(Path file) throws IOException {
        List<String> devices = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : all) {
                if (backing(device).startsWith(file)) {
                    devices.add(device.getFileName().toString());
                }
            }
        }
        return devices;
    }

    private static Path backing(Path device) {
        try {
            return Path.of(Files.readString(device.resolve("loop/backing_file")).strip());
        } catch (IOException e) {
            // Not in use.
            return Path.of("");
        }
    }
}
