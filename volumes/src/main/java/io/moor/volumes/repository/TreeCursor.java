package io.moor.volumes.repository;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the entries of a snapshot in path order, and refuses a tree that is not well-formed. In
 * memory is one node of each level. Not thread-safe.
 */
final class TreeCursor {

    private final NodeReader nodes;
    private final Consumer<ChunkRef> visited;
    private final Deque<Iterator<Below>> path = new ArrayDeque<>();
    private Iterator<Entry> leaf = List.<Entry>of().iterator();
    private Optional<ByteString> previous = Optional.empty();

    private record Below(ChunkRef ref, int level, Optional<ByteString> first) {}

    /**
     * @param visited is told of every node that was read
     */
    TreeCursor(NodeReader nodes, ChunkRef top, int level, Consumer<ChunkRef> visited) {
        this.nodes = nodes;
        this.visited = visited;
        path.push(List.of(new Below(top, level, Optional.empty())).iterator());
    }

    Optional<Entry> next() throws IOException {
        while (!leaf.hasNext()) {
            if (path.isEmpty()) {
                return Optional.empty();
            }
            if (path.peek().hasNext()) {
                open(path.peek().next());
            } else {
                path.pop();
            }
        }
        Entry entry = leaf.next();
        boolean inOrder =
                previous.map(before -> before.compareTo(entry.path()) < 0)
                        .orElse(entry.path().isEmpty());
        if (!inOrder || !isWellFormed(entry.path())) {
            throw new CorruptObjectException(
                    "the manifest", "the path '" + entry.path() + "' cannot be at its place");
        }
        previous = Optional.of(entry.path());
        return Optional.of(entry);
    }

    private void open(Below child) throws IOException {
        byte[] node = nodes.read(child.ref());
        visited.accept(child.ref());
        ByteReader in = new ByteReader(node, nodes.object(child.ref()));
        if (in.u8() != child.level()) {
            throw in.corrupt("it is of another level");
        }
        if (child.level() == 0) {
            List<Entry> entries = entries(in);
            if (child.first().isPresent()
                    && !child.first().get().equals(entries.getFirst().path())) {
                throw in.corrupt("it begins with another path");
            }
            leaf = entries.iterator();
        } else {
            path.push(children(in, child.level() - 1).iterator());
        }
    }

    private static List<Entry> entries(ByteReader in) throws CorruptObjectException {
        int count = in.count(Limits.LEAF_ENTRIES);
        Refs.Reader refs = new Refs.Reader();
        List<Entry> entries = new ArrayList<>(count);
        ByteString before = ByteString.EMPTY;
        for (int i = 0; i < count; i++) {
            Entry entry = EntryCodec.read(in, refs, before);
            before = entry.path();
            entries.add(entry);
        }
        in.end();
        if (entries.isEmpty()) {
            throw in.corrupt("it is empty");
        }
        return entries;
    }

    private static List<Below> children(ByteReader in, int level) throws CorruptObjectException {
        int count = in.count(Limits.NODE_CHILDREN);
        Refs.Reader refs = new Refs.Reader();
        List<Below> children = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ChunkRef ref = refs.read(in);
            in.varint();
            children.add(
                    new Below(ref, level, Optional.of(ByteString.of(in.bytes(Limits.PATH_BYTES)))));
        }
        in.end();
        return children;
    }

    /**
     * Empty for the root directory; else names that are none of {@code ""}, {@code .} and {@code
     * ..}.
     */
    private static boolean isWellFormed(ByteString path) {
        if (path.isEmpty()) {
            return true;
        }
        int from = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.at(i) == '/') {
                int length = i - from;
                boolean dots =
                        length <= 2 && length >= 1 && path.at(from) == '.' && path.at(i - 1) == '.';
                if (length < 1 || length > Limits.NAME_BYTES || dots) {
                    return false;
                }
                from = i + 1;
            } else if (path.at(i) == 0) {
                return false;
            }
        }
        return true;
    }
}
