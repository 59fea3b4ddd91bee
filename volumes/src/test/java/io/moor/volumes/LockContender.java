package io.moor.volumes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that adds to a number in a file under a volume's lock. */
final class LockContender {

    private LockContender() {}

    public static void main(String[] arguments) throws Exception {
        count(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
    }

    static void count(Path root, Path counter, int times) throws Exception {
        VolumeFiles files = new VolumeFiles(root);
        for (int round = 0; round < times; round++) {
            try (VolumeLock _ = VolumeLock.acquire(files, new VolumeId("data"))) {
                int seen = Integer.parseInt(Files.readString(counter));
                Files.writeString(
                        counter, Integer.toString(seen + 1), StandardOpenOption.TRUNCATE_EXISTING);
            }
        }
    }
}
