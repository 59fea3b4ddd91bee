package io.moor.volumes.repository;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the items of a file in order. In memory is one node of each level. Not thread-safe. */
final class ContentCursor {

    private final NodeReader nodes;
    private final Consumer<ChunkRef> visited;
    private final Deque<Iterator<Below>> path = new ArrayDeque<>();
    private Iterator<Content.Item> items;

    private record Below(ChunkRef ref, int level) {}

    /**
     * @param visited is told of every node that was read
     */
    ContentCursor(NodeReader nodes, Content content, Consumer<ChunkRef> visited) {
        this.nodes = nodes;
        this.visited = visited;
        items = content.items().iterator();
        content.node()
                .ifPresent(node -> path.push(List.of(new Below(node, content.level())).iterator()));
    }

    Optional<Content.Item> next() throws IOException {
        while (!items.hasNext()) {
            if (path.isEmpty()) {
                return Optional.empty();
            }
            if (path.peek().hasNext()) {
                open(path.peek().next());
            } else {
                path.pop();
            }
        }
        return Optional.of(items.next());
    }

    private void open(Below child) throws IOException {
        byte[] node = nodes.read(child.ref());
        visited.accept(child.ref());
        ByteReader in = new ByteReader(node, nodes.object(child.ref()));
        if (in.u8() != ContentWriter.MARK + child.level()) {
            throw in.corrupt("it is of another level");
        }
        Refs.Reader refs = new Refs.Reader();
        if (child.level() == 0) {
            int count = in.count(Limits.ITEMS);
            List<Content.Item> read = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                read.add(EntryCodec.readItem(in, refs));
            }
            items = read.iterator();
        } else {
            int count = in.count(Limits.NODE_CHILDREN);
            List<Below> children = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                children.add(new Below(refs.read(in), child.level() - 1));
                in.varint();
            }
            path.push(children.iterator());
        }
        in.end();
    }
}
