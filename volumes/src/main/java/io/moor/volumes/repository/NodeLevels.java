package io.moor.volumes.repository;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The nodes above the lowest ones of a tree: they are cut by the ids of their children, so that the
 * same children give the same nodes. In memory are the unfinished nodes, one of each level.
 */
final class NodeLevels {

    private static final int LEAST_CHILDREN = 2;
    private static final long BORDER = 0x3F;

    private final int mark;
    private final NodeStore store;
    private final Refs.Writer refs = new Refs.Writer();
    private final List<List<Child>> levels = new ArrayList<>();

    /**
     * @param weight entries or bytes below it
     * @param first path below it; in trees of entries only
     */
    record Child(ChunkRef ref, long weight, Optional<ByteString> first) {}

    /** A tree's top: level 0 is a lowest node. */
    record Top(ChunkRef node, int level, long weight) {}

    /**
     * @param mark added to the level in the node's first byte
     */
    NodeLevels(int mark, NodeStore store) {
        this.mark = mark;
        this.store = store;
    }

    void add(Child child) throws IOException {
        add(child, 0);
    }

    private void add(Child child, int level) throws IOException {
        if (level >= Limits.LEVELS) {
            throw new RepositoryException("the tree is higher than the format allows");
        }
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        List<Child> children = levels.get(level);
        children.add(child);
        boolean border = children.size() >= LEAST_CHILDREN && (child.ref().id().d() & BORDER) == 0;
        if (border || children.size() == Limits.NODE_CHILDREN) {
            close(level);
        }
    }

    private void close(int level) throws IOException {
        List<Child> children = List.copyOf(levels.get(level));
        levels.get(level).clear();
        add(write(children, level + 1), level + 1);
    }

    private Child write(List<Child> children, int level) throws IOException {
        refs.clear();
        ByteWriter node = new ByteWriter().u8(mark + level).varint(children.size());
        long weight = 0;
        for (Child child : children) {
            refs.write(node, child.ref());
            node.varint(child.weight());
            child.first().ifPresent(path -> node.bytes(path.toBytes()));
            weight += child.weight();
        }
        return new Child(store.store(node.toBytes()), weight, children.getFirst().first());
    }

    /** The top, when at least one child was added; nothing is added afterwards. */
    Top finish() throws IOException {
        for (int level = 0; ; level++) {
            boolean isHighest = level == levels.size() - 1;
            if (isHighest && levels.get(level).size() == 1) {
                Child top = levels.get(level).getFirst();
                return new Top(top.ref(), level, top.weight());
            }
            if (!levels.get(level).isEmpty()) {
                close(level);
            }
        }
    }
}
