package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** What every volume provider does, whatever it keeps volumes in. */
abstract class VolumeProviderContract {

    static final VolumeId DATA = new VolumeId("orders-0-data");
    static final long SIZE = 16L << 20;

    private Sandbox sandbox;
    private Path root;
    private VolumeProvider provider;
    private VolumeProvider impatient;

    /** What production uses: long enough for everything that goes away by itself. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** For calls that are to find somebody who stays: nothing is gained by waiting for him. */
    static final Duration SHORT = Duration.ofMillis(150);

    /** Opens the provider under test; every call is like another machine on the same storage. */
    abstract VolumeProvider open(Path root, Duration patience) throws VolumeException;

    VolumeProvider open(Path root) throws VolumeException {
        return open(root, PATIENCE);
    }

    abstract String how();

    /** Whether a volume can be attached read-only, or that is refused. */
    abstract boolean canBeReadOnly();

    /** The file or directory that holds the data. */
    abstract Path dataOf(Path root, VolumeId id);

    @BeforeEach
    void openProvider() throws Exception {
        sandbox = new Sandbox();
        root = sandbox.path("shared storage");
        provider = open(root);
        impatient = open(root, SHORT);
    }

    @AfterEach
    void closeSandbox() throws Exception {
        sandbox.close();
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Path root() {
        return root;
    }

    VolumeProvider provider() {
        return provider;
    }

    /** The same provider, which does not wait long for anybody to let go of a volume. */
    VolumeProvider impatient() {
        return impatient;
    }

    Path at(String name) {
        return sandbox.path("instance").resolve(name);
    }

    static AttachRequest request(long epoch, Path path) {
        return new AttachRequest(DATA, epoch, path, AccessMode.RW, false);
    }

    static AttachRequest readOnly(long epoch, Path path) {
        return new AttachRequest(DATA, epoch, path, AccessMode.RO, false);
    }

    void createData() throws VolumeException {
        provider.create(new VolumeSpec(DATA, SIZE));
    }

    @Test
    void createsAndFindsAVolume() throws Exception {
        // When
        createData();

        // Then
        assertThat(provider.find(DATA)).contains(new VolumeInfo(DATA, SIZE));
        assertThat(open(root).list()).containsExactly(new VolumeInfo(DATA, SIZE));
    }

    @Test
    void repeatedCreationKeepsTheData() throws Exception {
        // Given
        createData();
        write("kept");

        // When
        createData();

        // Then
        assertThat(read(2)).isEqualTo("kept");
    }

    @Test
    void refusesCreationWithAnotherSize() throws Exception {
        // Given
        createData();

        // When, Then
        assertThatThrownBy(() -> provider.create(new VolumeSpec(DATA, 2 * SIZE)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("exists with 16777216 bytes, not 33554432");
        assertThat(provider.find(DATA)).contains(new VolumeInfo(DATA, SIZE));
    }

    @Test
    void refusesCreationOverWhatItDidNotMake() throws Exception {
        // Given
        Files.createDirectories(dataOf(root, DATA));

        // When, Then
        assertThatThrownBy(this::createData)
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("not a volume that was created here");
        assertThat(dataOf(root, DATA)).isEmptyDirectory();
    }

    @Test
    void refusesAVolumeThatDoesNotFit() throws Exception {
        // Given
        long tooMuch = Files.getFileStore(root).getTotalSpace() * 2;

        // When, Then
        assertThatThrownBy(() -> provider.create(new VolumeSpec(DATA, tooMuch)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("it needs " + tooMuch + " bytes")
                .hasMessageContaining("bytes are free");
        assertThat(names()).isEmpty();
    }

    @Test
    void completesACreationThatStoppedHalfWay() throws Exception {
        // Given
        VolumeFiles files = new VolumeFiles(root);
        Files.writeString(files.size(DATA), SIZE + "\n");
        Files.writeString(files.creating(DATA), "half");
        boolean seenBefore = provider.find(DATA).isPresent();

        // When
        createData();

        // Then
        assertThat(seenBefore).isFalse();
        assertThat(provider.find(DATA)).isPresent();
        assertThat(names())
                .containsExactlyInAnyOrder(
                        dataOf(root, DATA).getFileName().toString(), DATA + ".size");
    }

    @Test
    void ignoresForeignFiles() throws Exception {
        // Given
        createData();
        Files.createDirectory(root.resolve("lost+found"));
        Files.writeString(root.resolve("README"), "not a volume");
        Files.writeString(root.resolve("debian-12.img"), "not a volume");
        Files.writeString(root.resolve("Not A Volume.size"), "1");

        // When
        List<VolumeInfo> volumes = provider.list();

        // Then
        assertThat(volumes).containsExactly(new VolumeInfo(DATA, SIZE));
        assertThat(provider.find(new VolumeId("debian-12"))).isEmpty();
        assertThat(root.resolve("debian-12.img")).exists();
    }

    @Test
    void attachesSaysHowAndDetaches() throws Exception {
        // Given
        createData();

        // When
        AttachResult result = provider.attach(request(1, at("data")));
        boolean during = provider.attachedAt(DATA, at("data"));
        Files.writeString(at("data").resolve("file"), "content");
        provider.detach(DATA, at("data"));

        // Then
        assertThat(result).isEqualTo(new AttachResult(at("data"), how(), ""));
        assertThat(during).isTrue();
        assertThat(provider.attachedAt(DATA, at("data"))).isFalse();
        assertThat(at("data").resolve("file")).doesNotExist();
        assertThat(sandbox.loopDevices()).isEmpty();
    }

    @Test
    void dataFollowsToAnotherPath() throws Exception {
        // Given
        createData();
        write("follows");
        VolumeProvider other = open(root);

        // When
        other.attach(request(2, at("elsewhere/deeper")));

        // Then
        assertThat(at("elsewhere/deeper").resolve("file")).hasContent("follows");
        other.detach(DATA, at("elsewhere/deeper"));
    }

    @Test
    void repeatedAttachDoesNothing() throws Exception {
        // Given
        createData();
        provider.attach(request(3, at("data")));

        // When
        AttachResult again = open(root).attach(request(3, at("data")));
        provider.detach(DATA, at("data"));

        // Then
        assertThat(again.how()).isEqualTo(how());
        assertThat(provider.attachedAt(DATA, at("data"))).isFalse();
    }

    @Test
    void repeatedDetachSucceeds() throws Exception {
        // Given
        createData();
        provider.attach(request(1, at("data")));
        provider.detach(DATA, at("data"));

        // When
        provider.detach(DATA, at("data"));
        provider.detach(new VolumeId("unknown"), at("never/was/there"));

        // Then
        assertThat(provider.attachedAt(DATA, at("data"))).isFalse();
        assertThat(names()).doesNotContain("unknown.epoch");
    }

    @Test
    void detachLeavesAnotherVolumeAtThePathAlone() throws Exception {
        // Given
        VolumeId other = new VolumeId("other");
        provider.create(new VolumeSpec(other, SIZE));
        createData();
        provider.attach(request(1, at("data")));

        // When
        provider.detach(other, at("data"));

        // Then
        assertThat(provider.attachedAt(DATA, at("data"))).isTrue();
        assertThat(provider.attachedAt(other, at("data"))).isFalse();
        provider.detach(DATA, at("data"));
    }

    @Test
    void readOnlyRefusesWrites() throws Exception {
        // Given
        createData();
        write("readable");

        // When, Then
        if (!canBeReadOnly()) {
            assertThatThrownBy(() -> provider.attach(readOnly(2, at("data"))))
                    .isInstanceOf(VolumeException.class)
                    .hasMessageContaining("cannot be read-only");
            return;
        }
        provider.attach(readOnly(2, at("data")));
        assertThat(at("data").resolve("file")).hasContent("readable");
        assertThatThrownBy(() -> Files.writeString(at("data").resolve("file"), "changed"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Read-only file system");
        assertThatThrownBy(() -> provider.attach(request(2, at("data"))))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("detach it first");
        provider.detach(DATA, at("data"));
    }

    @Test
    void busyDetachNamesTheHolderAndKeepsTheVolume() throws Exception {
        // Given
        createData();
        provider.attach(request(1, at("data")));
        Path file = Files.writeString(at("data").resolve("file"), "open");
        Process holder =
                sandbox.start(new ProcessBuilder("sleep", "600").redirectInput(file.toFile()));

        // When, Then
        assertThatThrownBy(() -> provider.detach(DATA, at("data")))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.isTransient()).isTrue())
                .hasMessageContaining("is busy: process " + holder.pid() + " (sleep) has ")
                .hasMessageContaining("/file open");
        assertThat(provider.attachedAt(DATA, at("data"))).isTrue();
        holder.destroyForcibly().waitFor();
        provider.detach(DATA, at("data"));
        assertThat(provider.attachedAt(DATA, at("data"))).isFalse();
    }

    @Test
    void busyDetachNamesAWorkingDirectory() throws Exception {
        // Given
        createData();
        provider.attach(request(1, at("data")));
        Path below = Files.createDirectory(at("data").resolve("below"));
        Process holder =
                sandbox.start(new ProcessBuilder("sleep", "600").directory(below.toFile()));

        // When, Then
        assertThatThrownBy(() -> provider.detach(DATA, at("data")))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining(
                        "process " + holder.pid() + " (sleep) has its working directory at ");
    }

    @Test
    void refusesAnOlderEpoch() throws Exception {
        // Given
        createData();
        provider.attach(request(7, at("data")));
        provider.detach(DATA, at("data"));

        // When, Then
        assertThatThrownBy(() -> open(root).attach(request(6, at("data"))))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.isTransient()).isFalse())
                .hasMessageContaining("a newer epoch 7 was seen");
        assertThat(provider.attachedAt(DATA, at("data"))).isFalse();
    }

    @Test
    void anAttachedVolumeIsNotTakenOverByAnotherEpoch() throws Exception {
        // Given
        createData();
        provider.attach(request(7, at("data")));

        // When, Then
        assertThatThrownBy(() -> provider.attach(request(6, at("data"))))
                .hasMessageContaining("a newer epoch 7 was seen");
        assertThatThrownBy(() -> provider.attach(request(8, at("data"))))
                .hasMessageContaining("with epoch 7 (RW), not with epoch 8 (RW): detach it first");
        provider.detach(DATA, at("data"));
    }

    @Test
    void refusesASecondWriterOnThisMachine() throws Exception {
        // Given
        createData();
        provider.attach(request(1, at("data")));

        // When, Then
        assertThatThrownBy(() -> impatient.attach(request(1, at("second"))))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("in use on this machine")
                .hasMessageContaining(at("data").toString());
        assertThat(provider.attachedAt(DATA, at("second"))).isFalse();
        provider.detach(DATA, at("data"));
    }

    @Test
    void refusesToDeleteAnAttachedVolume() throws Exception {
        // Given
        createData();
        provider.attach(request(1, at("data")));

        // When, Then
        assertThatThrownBy(() -> impatient.delete(DATA))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("attached on this machine")
                .hasMessageContaining(at("data").toString());
        assertThat(provider.find(DATA)).isPresent();
        provider.detach(DATA, at("data"));
    }

    @Test
    void deletesTwiceAndForgetsTheEpoch() throws Exception {
        // Given
        createData();
        write("gone");

        // When
        provider.delete(DATA);
        provider.delete(DATA);

        // Then
        assertThat(names()).isEmpty();
        assertThat(provider.find(DATA)).isEmpty();
        createData();
        provider.attach(request(1, at("data")));
        assertThat(at("data").resolve("file")).doesNotExist();
        provider.detach(DATA, at("data"));
    }

    @Test
    void finishesADeletionThatStoppedHalfWay() throws Exception {
        // Given
        createData();
        write("gone");
        VolumeFiles files = new VolumeFiles(root);
        Files.move(dataOf(root, DATA), files.tombstone(DATA));

        // When
        List<VolumeInfo> volumes = provider.list();

        // Then
        assertThat(volumes).isEmpty();
        assertThat(names()).isEmpty();
    }

    @Test
    void refusesAnUnknownVolume() {
        assertThatThrownBy(() -> provider.attach(request(1, at("data"))))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("there is no volume orders-0-data in " + root);
        assertThat(names()).isEmpty();
    }

    @Test
    void keepsWhatIsAtThePath() throws Exception {
        // Given
        createData();
        Files.createDirectories(at("full"));
        Path precious = Files.writeString(at("full").resolve("precious"), "mine");
        Path file = Files.writeString(at("file"), "mine");
        Path link = Files.createSymbolicLink(at("link"), at("full"));

        // When, Then
        assertThatThrownBy(() -> provider.attach(request(1, at("full"))))
                .hasMessageContaining("it holds precious: move that away");
        assertThatThrownBy(() -> provider.attach(request(1, file)))
                .hasMessageContaining("a file is there");
        assertThatThrownBy(() -> provider.attach(request(1, link)))
                .hasMessageContaining("a symbolic link to " + at("full") + " is there");
        assertThat(precious).hasContent("mine");
        assertThat(file).hasContent("mine");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void usesAnEmptyDirectoryAndAPathThroughALink() throws Exception {
        // Given
        createData();
        Files.createDirectories(at("real/data"));
        Files.createSymbolicLink(at("short"), at("real"));

        // When
        provider.attach(request(1, at("short/data")));

        // Then
        assertThat(provider.attachedAt(DATA, at("real/data"))).isTrue();
        assertThat(provider.attachedAt(DATA, at("short/data"))).isTrue();
        provider.detach(DATA, at("short/data"));
        assertThat(provider.attachedAt(DATA, at("real/data"))).isFalse();
    }

    @Test
    void worksOnDifferentVolumesAtTheSameTime() throws Exception {
        // Given
        List<Future<?>> lives = new ArrayList<>();

        // When
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < 4; number++) {
                VolumeId id = new VolumeId("volume-" + number);
                lives.add(threads.submit(() -> live(id)));
            }
        }

        // Then
        for (Future<?> life : lives) {
            life.get();
        }
        assertThat(names()).isEmpty();
    }

    private Object live(VolumeId id) throws Exception {
        Path path = at(id.value());
        for (int epoch = 1; epoch <= 3; epoch++) {
            provider.create(new VolumeSpec(id, SIZE));
            provider.attach(new AttachRequest(id, epoch, path, AccessMode.RW, false));
            Files.writeString(path.resolve("id"), id.value());
            provider.detach(id, path);
        }
        provider.attach(new AttachRequest(id, 4, path, AccessMode.RW, false));
        assertThat(path.resolve("id")).hasContent(id.value());
        provider.detach(id, path);
        provider.delete(id);
        return id;
    }

    @Test
    void theSameCallFromManyThreadsHappensOnce() throws Exception {
        // Given
        createData();
        List<Future<AttachResult>> calls = new ArrayList<>();

        // When
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < 4; number++) {
                calls.add(threads.submit(() -> open(root).attach(request(1, at("data")))));
            }
        }

        // Then
        for (Future<AttachResult> call : calls) {
            assertThat(call.get().how()).isEqualTo(how());
        }
        provider.detach(DATA, at("data"));
        assertThat(provider.attachedAt(DATA, at("data"))).isFalse();
    }

    void write(String content) throws Exception {
        provider.attach(request(1, at("data")));
        Files.writeString(at("data").resolve("file"), content);
        provider.detach(DATA, at("data"));
    }

    String read(long epoch) throws Exception {
        provider.attach(request(epoch, at("data")));
        String content = Files.readString(at("data").resolve("file"));
        provider.detach(DATA, at("data"));
        return content;
    }

    /** What is under the root besides the file of locks. */
    List<String> names() {
        return Stream.of(root.toFile().list()).filter(name -> !name.equals(".locks")).toList();
    }
}
