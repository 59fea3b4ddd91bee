package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class MountTableTest {

    private static MountTable table(String... lines) throws IOException {
        List<MountEntry> entries = new ArrayList<>();
        for (String line : lines) {
            entries.add(MountTable.parse(line));
        }
        return new MountTable(entries);
    }

    @Test
    void readsEveryFieldOfALine() throws Exception {
        // When
        MountEntry entry =
                MountTable.parse(
                        "36 35 98:0 /mnt1 /mnt2 rw,noatime shared:7 master:1 - ext3 /dev/root"
                                + " rw,errors=continue");

        // Then
        assertThat(entry.id()).isEqualTo(36);
        assertThat(entry.device()).isEqualTo("98:0");
        assertThat(entry.root()).isEqualTo("/mnt1");
        assertThat(entry.point()).isEqualTo(Path.of("/mnt2"));
        assertThat(entry.options()).containsExactlyInAnyOrder("rw", "noatime");
        assertThat(entry.shared()).contains("7");
        assertThat(entry.master()).contains("1");
        assertThat(entry.type()).isEqualTo("ext3");
        assertThat(entry.source()).isEqualTo("/dev/root");
        assertThat(entry.superOptions()).containsExactlyInAnyOrder("rw", "errors=continue");
    }

    @Test
    void readsAPrivateMountWithABlankInItsPath() throws Exception {
        // When
        MountEntry entry = MountTable.parse("42 27 7:0 / /srv/my\\040data rw - ext4 /dev/loop0 ro");

        // Then
        assertThat(entry.point()).isEqualTo(Path.of("/srv/my data"));
        assertThat(entry.shared()).isEqualTo(Optional.empty());
        assertThat(entry.mode()).isEqualTo(AccessMode.RO);
    }

    @ParameterizedTest
    @CsvSource({"plain,plain", "a\\040b,a b", "a\\134040b,a\\040b", "\\011,'\t'", "x\\04,x\\04"})
    void decodesWhatTheKernelEscapes(String field, String text) {
        assertThat(MountTable.decode(field)).isEqualTo(text);
    }

    @Test
    void refusesALineItDoesNotUnderstand() {
        assertThatThrownBy(() -> MountTable.parse("36 35 98:0 / /mnt rw"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a line of a mount table");
    }

    @Test
    void findsTheTopMountTheOnesBelowAndTheContainingOne() throws Exception {
        // Given
        MountTable table =
                table(
                        "1 0 8:1 / / rw - ext4 /dev/a rw",
                        "2 1 8:2 / /srv rw - ext4 /dev/b rw",
                        "3 2 8:3 / /srv rw - ext4 /dev/c rw",
                        "4 3 8:4 / /srv/data rw - ext4 /dev/d rw",
                        "5 1 8:5 / /srvother rw - ext4 /dev/e rw");

        // Then
        assertThat(table.topAt(Path.of("/srv")).orElseThrow().id()).isEqualTo(3);
        assertThat(table.topAt(Path.of("/srv/x"))).isEmpty();
        assertThat(table.below(Path.of("/srv"))).extracting(MountEntry::id).containsExactly(4L);
        assertThat(table.containing(Path.of("/srv/x")).orElseThrow().id()).isEqualTo(3);
        assertThat(table.containing(Path.of("/home")).orElseThrow().id()).isEqualTo(1);
    }

    @Test
    void knowsWhichMountsGoTogether() throws Exception {
        // Given
        MountEntry ours = MountTable.parse("1 0 7:0 / /d rw shared:5 - ext4 /dev/loop0 rw");
        MountEntry slave = MountTable.parse("2 0 7:0 / /d rw master:5 - ext4 /dev/loop0 rw");
        MountEntry copy = MountTable.parse("3 0 7:0 / /d rw - ext4 /dev/loop0 rw");

        // Then
        assertThat(slave.follows(ours)).isTrue();
        assertThat(copy.follows(ours)).isFalse();
        assertThat(copy.follows(copy)).isFalse();
    }

    @Test
    void aMountOfASubdirectoryShowsTheVolumeToo() throws Exception {
        // Given
        MountEntry part = MountTable.parse("1 0 8:1 /vol/data/sub /x rw - ext4 /dev/a rw");

        // Then
        assertThat(part.shows("8:1", "/vol/data")).isTrue();
        assertThat(part.shows("8:1", "/vol/dat")).isFalse();
        assertThat(part.shows("8:2", "/vol/data")).isFalse();
        assertThat(part.shows("8:1", "/")).isTrue();
    }

    @Test
    void readsTheTableOfThisProcess() throws Exception {
        assertThat(MountTable.read().topAt(Path.of("/proc")).orElseThrow().type())
                .isEqualTo("proc");
    }
}
