package io.moor.volumes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Brings everything that was written to a volume's directory to storage. */
record DirectoryFlush(Commands commands) {

    /** All of a file system's unwritten data, over a network. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    void run(VolumeId id, Path directory) throws VolumeException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        CommandResult result = commands.run(LIMIT, "sync", "--file-system", directory.toString());
        if (!result.succeeded()) {
            throw new VolumeException(
                    "volume " + id + " cannot be flushed: " + result.words(), true);
        }
    }
}
