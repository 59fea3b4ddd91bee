package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

class DirectoryProviderBindIT extends VolumeProviderContract {

    @BeforeAll
    static void requireRoot() {
        assumeTrue(Privileges.mayMount(), "bind mounts need root");
    }

    @Override
    VolumeProvider open(Path root, Duration patience) throws VolumeException {
        return new Undisturbed(
                VolumeProviders.open("directory", root, MountMethod.BIND, patience), sandbox());
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
    void isNotReleasedWhileOnlyAnotherNamespaceHasACopyOfTheMount() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));
        Process copy =
                sandbox()
                        .start(
                                new ProcessBuilder(
                                        "unshare", "--mount", "sh", "-c", "echo; exec sleep 600"));
        assertThat(copy.getInputStream().read()).isEqualTo('\n');
        sandbox().run("umount", at("data").toString());

        // When, Then
        assertThatThrownBy(() -> impatient().detach(DATA, at("data")))
                .hasMessageContaining("still in use (process " + copy.pid() + " (")
                .hasMessageContaining("in a mount namespace of its own");
        copy.destroyForcibly().waitFor();
        provider().detach(DATA, at("data"));
    }

    @Test
    void isNotReleasedByALookAtAnotherPath() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));

        // When, Then
        assertThatThrownBy(() -> impatient().detach(DATA, at("elsewhere")))
                .hasMessageContaining("still in use (a mount at " + at("data"));
        provider().detach(DATA, at("data"));
        provider().detach(DATA, at("elsewhere"));
    }

    @Test
    void aStrangersCopyOfAMountDoesNotDisturbThisTest() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));
        // Its parent ends at once, so it is no descendant of this process: a stranger.
        sandbox()
                .run(
                        "sh",
                        "-c",
                        "unshare --mount sh -c 'echo $$ >\"$1\"; exec timeout 60 tail -f /dev/null"
                                + " --pid=\"$2\"' sh \"$1\" \"$2\" </dev/null >/dev/null 2>&1 &",
                        "sh",
                        sandbox().path("stranger").toString(),
                        Long.toString(ProcessHandle.current().pid()));
        long stranger =
                Waiting.untilPresent(Duration.ofSeconds(20), () -> number("stranger"))
                        .orElseThrow();

        // When
        provider().detach(DATA, at("data"));

        // Then
        ProcessHandle handle = ProcessHandle.of(stranger).orElseThrow();
        assertThat(handle.isAlive()).isTrue();
        assertThat(provider().attachedAt(DATA, at("data"))).isFalse();
        handle.destroy();
        handle.onExit().get(20, TimeUnit.SECONDS);
    }

    private Optional<Long> number(String name) throws VolumeException {
        try {
            String text = Files.readString(sandbox().path(name)).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(text));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Failures.storage("the number cannot be read", e);
        }
    }

    @Test
    void aMountEndsWithItsInstance() throws Exception {
        // Given
        createData();
        Instance instance = Instance.start(sandbox(), "directory", root(), 1, at("data"));
        instance.awaitWritten(3);

        // When
        assertThatThrownBy(() -> impatient().attach(request(2, at("data"))))
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
