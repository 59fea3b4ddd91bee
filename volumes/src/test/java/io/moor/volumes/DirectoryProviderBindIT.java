package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

class DirectoryProviderBindIT extends VolumeProviderContract {

    @BeforeAll
    static void requireRoot() {
        assumeTrue(Privileges.mayMount(), "bind mounts need root");
    }

    @Override
    VolumeProvider open(Path root) throws VolumeException {
        return VolumeProviders.open("directory", root, MountMethod.BIND);
    }

    @Override
    String how() {
        return "bind-mount";
    }

    @Override
    boolean canBeReadOnly() {
        return true;
    }

    @Override
    Path dataOf(Path root, VolumeId id) {
        return root.resolve(id.value());
    }

    @Test
    void isBusyWhileAnotherMountOfItIsLeft() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));
        Path container = Files.createDirectories(at("container"));
        sandbox().run("mount", "--bind", at("data").toString(), container.toString());

        // When, Then
        assertThatThrownBy(() -> provider().detach(DATA, at("data")))
                .hasMessageContaining("is busy: a mount at " + container);
        assertThat(provider().attachedAt(DATA, at("data"))).isTrue();
        sandbox().run("umount", container.toString());
        provider().detach(DATA, at("data"));
    }

    @Test
    void aMountEndsWithItsInstance() throws Exception {
        // Given
        createData();
        Instance instance = Instance.start(sandbox(), "directory", root(), 1, at("data"));
        instance.awaitWritten(3);

        // When
        assertThatThrownBy(() -> provider().attach(request(2, at("data"))))
                .hasMessageContaining("in a mount namespace of its own");
        long last = instance.kill();

        // Then
        provider().attach(request(2, at("data")));
        assertThat(Files.readAllLines(at("data").resolve("numbers"))).contains("" + last);
        provider().detach(DATA, at("data"));
    }

    @Test
    void deletesNothingThatIsMountedInsideAVolume() throws Exception {
        // Given
        createData();
        Path inside = Files.createDirectory(root().resolve(DATA.value()).resolve("inside"));
        sandbox().run("mount", "-t", "tmpfs", "tmpfs", inside.toString());
        Path precious = Files.writeString(inside.resolve("precious"), "kept");

        // When, Then
        assertThatThrownBy(() -> provider().delete(DATA))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("something is mounted at " + inside);
        assertThat(precious).hasContent("kept");
        assertThat(provider().find(DATA)).isPresent();
    }

    @Test
    void withoutThePrivilegeToMountALinkIsMade() throws Exception {
        // Given
        createData();

        // When
        Instance instance =
                Instance.startUnprivileged(sandbox(), "directory", root(), 1, at("data"));
        instance.awaitWritten(3);
        instance.kill();

        // Then
        assertThat(at("data")).isSymbolicLink();
        assertThat(at("data").resolve("numbers")).exists();
        Files.delete(at("data"));
    }
}
