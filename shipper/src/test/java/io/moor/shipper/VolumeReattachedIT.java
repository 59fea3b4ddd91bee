package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A disk that is attached again under another device number and at another path. */
@ExtendWith(EmbeddedStackExtension.class)
class VolumeReattachedIT {

    private static final String STREAM = "-/-/-/logs/vol:app.log";

    @TempDir Path work;

    private ShippingRig rig;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        LoopExt4.requireRoot();
        rig = new ShippingRig(work, stack.kafka());
    }

    @Test
    void theLogsOfAVolumeGoOnAtTheirByte() throws Exception {
        Object before;
        Path image = work.resolve("disk.img");
        try (LoopExt4 disk = LoopExt4.create(image, work.resolve("here"))) {
            before = device(disk);
            append(disk, "app.log", "1\n2\n");
            ship(disk, 1);
            // Nobody ships this before the disk moves; and there is a rotation.
            append(disk, "app.log", "3\nhalf");
            Files.move(
                    disk.mountPoint().resolve("app.log"), disk.mountPoint().resolve("app.log.1"));
            append(disk, "app.log", "5\n");
        }
        try (LoopExt4 _ = LoopExt4.decoy(work.resolve("decoy.img"));
                LoopExt4 disk = LoopExt4.attach(image, work.resolve("there/deeper"))) {
            assertThat(device(disk)).isNotEqualTo(before);
            ship(disk, 2);
            append(disk, "app.log", "6\n");
            ship(disk, 2);
        }

        assertThat(rig.lines()).allMatch(line -> line.key().equals(STREAM));
        assertThat(rig.lines())
                .extracting(ShippingRig.Line::value)
                .containsExactly("1", "2", "3", "half", "5", "6");
        assertThat(rig.verify().streams()).singleElement().matches(stream -> stream.holds());
    }

    /** {@code moor ship --origin}: not a volume for Moor, but its disk and its owner are known. */
    @Test
    void theLogsOfAnOriginGoOnAtTheirByteUnderAnotherPath() throws Exception {
        Path image = work.resolve("disk.img");
        Path here = work.resolve("here");
        Path there = work.resolve("there");
        try (LoopExt4 disk = LoopExt4.create(image, here)) {
            append(disk, "app.log", "1\n2\n");
            shipPlain(here);
            append(disk, "app.log", "3\n");
        }
        try (LoopExt4 _ = LoopExt4.decoy(work.resolve("decoy.img"));
                LoopExt4 disk = LoopExt4.attach(image, there)) {
            append(disk, "app.log", "4\n");
            shipPlain(there);
        }
        assertThat(rig.lines())
                .extracting(ShippingRig.Line::value)
                .containsExactly("1", "2", "3", "4");
        assertThat(rig.verify().streams()).singleElement().matches(stream -> stream.holds());
    }

    /** A copy of the disk, block by block, as a snapshot that is restored. */
    @Test
    void theLogsOfARestoredSnapshotGoOnAtTheirByte() throws Exception {
        Path image = work.resolve("disk.img");
        try (LoopExt4 disk = LoopExt4.create(image, work.resolve("here"))) {
            append(disk, "app.log", "1\n2\n");
            ship(disk, 1);
            append(disk, "app.log", "3\n");
        }
        Path copy = Files.copy(image, work.resolve("copy.img"));
        try (LoopExt4 disk = LoopExt4.attach(copy, work.resolve("there"))) {
            append(disk, "app.log", "4\n");
            ship(disk, 2);
        }
        assertThat(rig.lines())
                .extracting(ShippingRig.Line::value)
                .containsExactly("1", "2", "3", "4");
        assertThat(rig.verify().holds()).isTrue();
    }

    private void ship(LoopExt4 disk, long epoch) throws Exception {
        run(
                rig.config(
                        true,
                        "*.log",
                        "state" + epoch,
                        epoch,
                        Optional.of(
                                new StreamScope.OnVolume("vol", disk.mountPoint().toRealPath()))));
    }

    private void shipPlain(Path mountPoint) throws Exception {
        SourceConfig source =
                new SourceConfig(
                        "logs",
                        List.of(mountPoint.toRealPath() + "/*.log"),
                        List.of(),
                        rig.topic,
                        1 << 20,
                        SourceConfig.Oversized.SPLIT);
        run(ShippingRig.withSources(rig.config(true), List.of(source)));
    }

    private static void run(ShipperConfig config) throws Exception {
        try (Shipper shipper = Shippers.start(config)) {
            DrainReport report = shipper.ended().get();
            assertThat(report.complete()).as(report.toString()).isTrue();
        }
    }

    private static Object device(LoopExt4 disk) throws IOException {
        return Files.getAttribute(disk.mountPoint(), "unix:dev");
    }

    private static void append(LoopExt4 disk, String name, String text) throws IOException {
        Files.writeString(
                disk.mountPoint().resolve(name),
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
