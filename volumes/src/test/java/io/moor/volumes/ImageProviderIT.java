package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

class ImageProviderIT extends VolumeProviderContract {

    @BeforeAll
    static void requireRoot() {
        assumeTrue(Privileges.mayMount(), "loop devices and mounts need root");
    }

    @Override
    VolumeProvider open(Path root, Duration patience) throws VolumeException {
        return new Undisturbed(
                VolumeProviders.open("image", root, MountMethod.BIND, patience), sandbox());
    }

    @Override
    String how() {
        return "loop-mount";
    }

    @Override
    boolean canBeReadOnly() {
        return true;
    }

    @Override
    Path dataOf(Path root, VolumeId id) {
        return root.resolve(id + ".img");
    }

    private static AttachRequest dirty(long epoch, Path path) {
        return new AttachRequest(DATA, epoch, path, AccessMode.RW, true);
    }

    private Path image() {
        return dataOf(root(), DATA);
    }

    @Test
    void theSizeIsEnforced() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));

        // When, Then
        assertThatThrownBy(() -> fill(at("data").resolve("large")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(Files.size(at("data").resolve("large"))).isBetween(SIZE / 2, SIZE);
        provider().detach(DATA, at("data"));
        assertThat(Files.size(image())).isEqualTo(SIZE);
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < 2 * SIZE; written += block.length) {
                out.write(block);
            }
        }
    }

    @Test
    void anOddSizeIsKeptExactly() throws Exception {
        // Given
        VolumeSpec odd = new VolumeSpec(DATA, SIZE + 12_345);

        // When
        provider().create(odd);
        provider().attach(request(1, at("data")));
        provider().detach(DATA, at("data"));

        // Then
        assertThat(provider().find(DATA)).contains(new VolumeInfo(DATA, SIZE + 12_345));
        assertThat(Files.size(image())).isEqualTo(SIZE + 12_345);
    }

    @Test
    void aLargeVolumeTakesLittleSpaceAtFirst() throws Exception {
        // When
        provider().create(new VolumeSpec(DATA, 1L << 30));

        // Then
        String blocks = sandbox().run("stat", "--format", "%b", image().toString()).output();
        assertThat(Long.parseLong(blocks) * 512).isLessThan(4L << 20);
    }

    @Test
    void refusesAVolumeThatIsTooSmallForAJournal() {
        assertThatThrownBy(() -> provider().create(new VolumeSpec(DATA, 4096)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("at least 8388608 bytes");
    }

    @Test
    void theFileSystemKeepsNoDevicesAndNoSetUserId() throws Exception {
        // Given
        createData();

        // When
        provider().attach(request(1, at("data")));

        // Then
        MountEntry entry = MountTable.read().topAt(at("data")).orElseThrow();
        assertThat(entry.options()).contains("rw", "nodev", "nosuid", "noatime");
        assertThat(entry.type()).isEqualTo("ext4");
        provider().detach(DATA, at("data"));
    }

    @Test
    void mountAndLoopDeviceEndWithTheInstanceAndWhatItForcedIsThere() throws Exception {
        // Given
        createData();
        Instance instance = Instance.start(sandbox(), "image", root(), 1, at("data"));
        instance.awaitWritten(20);
        assertThat(sandbox().loopDevices()).hasSize(1);
        assertThatThrownBy(() -> impatient().attach(request(2, at("data"))))
                .hasMessageContaining("is in use on this machine (loop device /dev/loop")
                .hasMessageContaining("in a mount namespace of its own");

        // When
        long last = instance.kill();
        AttachResult result = provider().attach(dirty(2, at("data")));

        // Then
        assertThat(result.check()).isNotEmpty();
        List<String> numbers = Files.readAllLines(at("data").resolve("numbers"));
        assertThat(numbers)
                .startsWith(
                        LongStream.rangeClosed(1, last)
                                .mapToObj(Long::toString)
                                .toArray(String[]::new));
        provider().detach(DATA, at("data"));
        assertThat(Waiting.untilEmpty(Duration.ofSeconds(2), () -> sandbox().loopDevices()))
                .isEmpty();
    }

    /** What another machine finds after a power cut: the image as it was while mounted. */
    @Test
    void recoversTheJournalOfAFileSystemThatWasNotUnmounted() throws Exception {
        // Given
        createData();
        crashWhileMounted();

        // When
        AttachResult result = provider().attach(request(2, at("data")));

        // Then
        assertThat(result.check()).startsWith("journal recovered, ");
        assertThat(at("data").resolve("file")).hasContent("forced");
        provider().detach(DATA, at("data"));
        assertThat(Ext4Superblock.read(image()).orElseThrow().isClean()).isTrue();
    }

    @Test
    void doesNotShowAFileSystemThatSomebodyMayStillWriteTo() throws Exception {
        // Given
        createData();
        crashWhileMounted();

        // When, Then
        assertThatThrownBy(() -> provider().attach(readOnly(2, at("data"))))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("a writer may still use it");
        AttachResult checked =
                provider().attach(new AttachRequest(DATA, 2, at("data"), AccessMode.RO, true));
        assertThat(checked.check()).startsWith("journal recovered, ");
        assertThat(at("data").resolve("file")).hasContent("forced");
        provider().detach(DATA, at("data"));
    }

    private void crashWhileMounted() throws Exception {
        provider().attach(request(1, at("data")));
        Path file = Files.writeString(at("data").resolve("file"), "forced");
        DurableFile.sync(file);
        Path copy = sandbox().path("copy");
        sandbox().run("cp", image().toString(), copy.toString());
        provider().detach(DATA, at("data"));
        sandbox().run("cp", copy.toString(), image().toString());
        assertThat(Ext4Superblock.read(image()).orElseThrow().needsRecovery()).isTrue();
    }

    @Test
    void aDirtyVolumeIsCheckedEvenWhenItLooksClean() throws Exception {
        // Given
        createData();
        write("content");

        // When
        AttachResult result = provider().attach(dirty(2, at("data")));

        // Then
        assertThat(result.check()).isEqualTo("clean");
        provider().detach(DATA, at("data"));
    }

    @Test
    void smallDamageIsRepaired() throws Exception {
        // Given
        createData();
        write("content");
        sandbox()
                .run(
                        "debugfs",
                        "-w",
                        "-R",
                        "set_inode_field <12> links_count 7",
                        image().toString());

        // When
        AttachResult result = provider().attach(dirty(2, at("data")));

        // Then
        assertThat(result.check()).startsWith("repaired (e2fsck ended with 1");
        assertThat(at("data").resolve("file")).hasContent("content");
        provider().detach(DATA, at("data"));
    }

    @Test
    void damageThatNeedsAPersonIsRefused() throws Exception {
        // Given
        createData();
        write("content");
        sandbox().run("debugfs", "-w", "-R", "clri <2>", image().toString());

        // When, Then
        assertThatThrownBy(() -> provider().attach(dirty(2, at("data"))))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.isTransient()).isFalse())
                .hasMessageContaining("is damaged and a repair may lose data")
                .hasMessageContaining("e2fsck -f " + image());
        assertThat(provider().attachedAt(DATA, at("data"))).isFalse();
        assertThat(sandbox().loopDevices()).isEmpty();
    }

    @Test
    void aDestroyedSuperblockIsRefusedAndTheVolumeStaysListed() throws Exception {
        // Given
        createData();
        try (RandomAccessFile file = new RandomAccessFile(image().toFile(), "rw")) {
            file.write(new byte[4096]);
        }

        // When, Then
        assertThatThrownBy(() -> provider().attach(request(1, at("data"))))
                .hasMessageContaining("does not hold an ext4 file system");
        assertThat(provider().list()).containsExactly(new VolumeInfo(DATA, SIZE));
    }

    @Test
    void refusesAnImageThatSomebodyElseUses() throws Exception {
        // Given
        createData();
        String device = sandbox().run("losetup", "--find", "--show", image().toString()).output();

        // When, Then
        assertThatThrownBy(() -> impatient().attach(request(1, at("data"))))
                .hasMessageContaining("in use on this machine (loop device " + device);
        assertThatThrownBy(() -> impatient().delete(DATA)).hasMessageContaining(device);
        sandbox().run("losetup", "--detach", device);
        provider().attach(request(1, at("data")));
        provider().detach(DATA, at("data"));
    }

    @Test
    void isNotReleasedWhileAnotherNamespaceHasACopyOfTheMount() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));
        Process copy =
                sandbox()
                        .start(
                                new ProcessBuilder(
                                        "unshare", "--mount", "sh", "-c", "echo; exec sleep 600"));
        assertThat(copy.getInputStream().read()).isEqualTo('\n');

        // When, Then
        assertThatThrownBy(() -> impatient().detach(DATA, at("data")))
                .hasMessageContaining("is busy: process " + copy.pid() + " (")
                .hasMessageContaining("in a mount namespace of its own");
        assertThat(provider().attachedAt(DATA, at("data"))).isTrue();
        copy.destroyForcibly().waitFor();
        provider().detach(DATA, at("data"));
        assertThat(sandbox().loopDevices()).isEmpty();
    }

    @Test
    void aRetriedDetachIsNotDoneWhileTheLoopDeviceIsHeld() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));
        String device = sandbox().loopDevices().getFirst();
        Process holder =
                sandbox()
                        .start(
                                new ProcessBuilder("sleep", "600")
                                        .redirectInput(Path.of(device).toFile()));

        // When, Then
        for (Path path : List.of(at("data"), at("data"), at("elsewhere"))) {
            assertThatThrownBy(() -> impatient().detach(DATA, path))
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.isTransient()).isTrue())
                    .hasMessageContaining("still in use (loop device " + device);
        }
        assertThat(provider().attachedAt(DATA, at("data"))).isFalse();
        holder.destroyForcibly().waitFor();
        provider().detach(DATA, at("data"));
        assertThat(sandbox().loopDevices()).isEmpty();
    }

    @Test
    void isNotReleasedByALookAtAnotherPath() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));

        // When, Then
        assertThatThrownBy(() -> impatient().detach(DATA, at("elsewhere")))
                .hasMessageContaining("still in use (loop device /dev/loop")
                .hasMessageContaining("a mount at " + at("data"));
        provider().detach(DATA, at("data"));
        provider().detach(DATA, at("elsewhere"));
    }

    @Test
    void aProgramThatWritesToTheImageIsInTheWayAndAReaderIsNot() throws Exception {
        // Given
        createData();
        ProcessBuilder sleep = new ProcessBuilder("sleep", "600");
        sandbox().start(sleep.redirectInput(image().toFile()));
        Process writer =
                sandbox()
                        .start(
                                new ProcessBuilder("sleep", "600")
                                        .redirectOutput(
                                                ProcessBuilder.Redirect.appendTo(
                                                        image().toFile())));
        String who = "process " + writer.pid() + " (sleep) has " + image() + " open for writing";

        // When, Then
        assertThatThrownBy(() -> impatient().attach(request(1, at("data"))))
                .hasMessageContaining("in use on this machine (" + who);
        assertThatThrownBy(() -> impatient().detach(DATA, at("data")))
                .hasMessageContaining("still in use (" + who);
        writer.destroyForcibly().waitFor();
        provider().attach(request(1, at("data")));
        provider().detach(DATA, at("data"));
    }

    @Test
    void severalReadersShareAnImageAndNoWriterJoinsThem() throws Exception {
        // Given
        createData();
        write("shared");

        // When
        provider().attach(readOnly(2, at("one")));
        provider().attach(readOnly(2, at("two")));

        // Then
        assertThat(at("two").resolve("file")).hasContent("shared");
        assertThatThrownBy(() -> impatient().attach(request(3, at("data"))))
                .hasMessageContaining("in use on this machine");
        provider().detach(DATA, at("one"));
        assertThat(at("two").resolve("file")).hasContent("shared");
        provider().detach(DATA, at("two"));
        assertThat(sandbox().loopDevices()).isEmpty();
    }

    @Test
    void aFullDiskLeavesNothingHalfMade() throws Exception {
        // Given
        Path small = Files.createDirectories(sandbox().path("small"));
        sandbox().run("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", small.toString());
        VolumeProvider onSmall = open(small);
        Files.write(small.resolve("ballast"), new byte[19 << 20]);

        // When, Then
        assertThatThrownBy(() -> onSmall.create(new VolumeSpec(DATA, SIZE)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("it needs " + SIZE + " bytes; in " + small);
        assertThat(small.toFile().list()).containsExactlyInAnyOrder("ballast", ".locks");
        assertThat(onSmall.list()).isEmpty();
    }

    @Test
    void withoutThePrivilegeToMountItSaysWhatToDo() throws Exception {
        // Given
        createData();

        // When
        Instance instance = Instance.startUnprivileged(sandbox(), "image", root(), 1, at("data"));

        // Then
        assertThat(instance.lastWords())
                .isEqualTo(
                        "volume orders-0-data cannot be mounted: mounting needs root (the"
                                + " capability CAP_SYS_ADMIN). Run as root, or use volumes of type"
                                + " directory\n");
    }
}
