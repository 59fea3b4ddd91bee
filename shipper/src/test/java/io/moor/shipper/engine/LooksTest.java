package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.kafka.SimulatedKafka;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** How long a run to the end waits for compressed files that are read through. */
class LooksTest {

    private static final int MEGABYTE = 1 << 20;
    private static final int MORE_SLICES_THAN_LOOKS_IN_VAIN = 25;

    @TempDir Path temp;

    @Test
    void givesUpAfterLooksInVain() {
        Looks looks = new Looks();
        for (int i = 0; i < 19; i++) {
            looks.looked(7);
        }
        assertThat(looks.areEnough()).isFalse();
        looks.looked(7);
        looks.looked(7);
        assertThat(looks.areEnough()).isTrue();
        looks.looked(8);
        assertThat(looks.areEnough()).isFalse();
    }

    @Test
    void aLargeCompressedFileIsReadThroughHoweverManyLooksItTakes() throws IOException {
        Path directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        Path large = compressed(directory, 16 * MORE_SLICES_THAN_LOOKS_IN_VAIN);
        Looks looks = new Looks();
        int most = 0;
        try (BookRig rig = new BookRig(directory, List.of("*.gz"), new SimulatedKafka(), 64)) {
            while (rig.book.streams().isEmpty() && !looks.areEnough()) {
                rig.scan();
                looks.looked(rig.book.probed());
                most++;
                if (rig.book.streams().isEmpty()) {
                    // How much is in it is not known before it is read through.
                    assertThat(rig.report().streams().getFirst().unshipped())
                            .singleElement()
                            .matches(range -> range.file().equals(large.toString()))
                            .matches(range -> range.start() == 0 && range.end() == 0);
                }
            }
            assertThat(rig.book.streams()).hasSize(1);
            assertThat(most).isGreaterThan(20);
            assertThat(rig.report().streams().getFirst().unshipped())
                    .singleElement()
                    .matches(range -> range.end() > 16L * MEGABYTE * 20);
        }
    }

    @Test
    void aDamagedFileIsNotLookedAtForEver() throws IOException {
        Path directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        Files.writeString(directory.resolve("damaged.gz"), "not gzip at all");
        Looks looks = new Looks();
        try (BookRig rig = new BookRig(directory, List.of("*.gz"), new SimulatedKafka(), 64)) {
            for (int i = 0; i < 22; i++) {
                rig.scan();
                looks.looked(rig.book.probed());
            }
            assertThat(looks.areEnough()).isTrue();
        }
    }

    private static Path compressed(Path directory, int megabytes) throws IOException {
        byte[] line = ("x".repeat(MEGABYTE - 1) + "\n").getBytes(UTF_8);
        Path file = directory.resolve("large.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < megabytes; i++) {
                out.write(line);
            }
        }
        return file;
    }
}
