package io.moor.volumes.repository;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

class TreeWriterTest {

    private static final RandomId PACK = new RandomId(1, 1);

    @Test
    void oneChangedEntryChangesItsLeafAndTheWayUp() throws IOException {
        Set<ByteString> paths = paths(20_000);
        Set<ChunkId> before = write(paths, 7);
        paths.add(ByteString.of("dir-3/file-77-more"));
        Set<ChunkId> after = write(paths, 7);

        Set<ChunkId> fresh = new HashSet<>(after);
        fresh.removeAll(before);
        assertThat(before.size()).isGreaterThan(100);
        assertThat(fresh).hasSizeBetween(2, 6);
    }

    @Test
    void theSameEntriesGiveTheSameTree() throws IOException {
        assertThat(write(paths(3_000), 7)).isEqualTo(write(paths(3_000), 7));
        assertThat(write(paths(3_000), 7)).isNotEqualTo(write(paths(3_000), 8));
    }

    @Test
    void aDirectorysContentFollowsIt() {
        List<ByteString> ordered =
                List.of(
                        ByteString.EMPTY,
                        ByteString.of("a"),
                        ByteString.of("a/b"),
                        ByteString.of("a/b/c"),
                        ByteString.of("a!"),
                        ByteString.of("a.b"),
                        ByteString.of("b"),
                        ByteString.of(new byte[] {(byte) 0xFF}));

        assertThat(new TreeSet<>(ordered)).containsExactlyElementsOf(ordered);
    }

    private static Set<ByteString> paths(int count) {
        Set<ByteString> paths = new TreeSet<>();
        paths.add(ByteString.EMPTY);
        for (int i = 0; i < count; i++) {
            paths.add(ByteString.of("dir-" + i % 10 + "/file-" + i));
        }
        return paths;
    }

    /** The ids of all nodes. */
    private static Set<ChunkId> write(Set<ByteString> paths, int uid) throws IOException {
        Set<ChunkId> nodes = new HashSet<>();
        TreeWriter tree =
                new TreeWriter(node -> {
                    ChunkId id = ChunkId.of(Hashing.sha256(node));
                    nodes.add(id);
                    return new ChunkRef(PACK, 0, 1, node.length, ChunkFlags.NODE, id);
                });
        for (ByteString path : paths) {
            Entry.Metadata metadata =
                    new Entry.Metadata(0644, uid, 0, 1, 2, 3, 4, path.hash(), 0, List.of());
            tree.add(new Entry(path, metadata, new Entry.Fifo()));
        }
        assertThat(tree.finish().weight()).isEqualTo(paths.size());
        return nodes;
    }
}
