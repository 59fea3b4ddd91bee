package io.moor.shipper.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** The clock of file systems, which goes in steps of a few milliseconds. */
final class Ticks {

    private Ticks() {}

    /**
     * Waits for the next step: two changes of a directory within one look like one to a rig whose
     * own clock is far ahead.
     *
     * @param somewhere a directory of which nobody reads the times
     */
    static void pass(Path somewhere) throws IOException {
        Path file = somewhere.resolve("tick");
        FileTime before = touched(file);
        while (touched(file).compareTo(before) <= 0) {
            Thread.onSpinWait();
        }
        Files.delete(file);
    }

    private static FileTime touched(Path file) throws IOException {
        return Files.getLastModifiedTime(Files.writeString(file, ""));
    }
}
