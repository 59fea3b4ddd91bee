package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;
import io.moor.volumes.posix.Posix;
import io.moor.volumes.posix.PosixException;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One restore into a temporary directory. The manifest is read twice: files, links and special
 * files with their metadata first; then hard links; then directories, whose times the others
 * change.
 */
final class RestoreTask {

    private static final int FIFO = 0x1000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int BLOCK_DEVICE = 0x6000;
    private static final int SOCKET = 0xC000;

    /** rwx of the owner: without it, who is not root cannot reach what is inside. */
    private static final int OPEN = 0700;

    private final Repository repository;
    private final Root root;
    private final PackNames packs;
    private final byte[] directory;
    private final boolean isResumed;
    private final MetadataSetter metadata = new MetadataSetter();
    private final Set<RandomId> nodePacks = new HashSet<>();
    private boolean hasHardLinks;
    private long readBytes;
    private long keptBytes;

    RestoreTask(Repository repository, Root root, byte[] directory, boolean isResumed) {
        this.repository = repository;
        this.root = root;
        this.packs = new PackNames(root.key().toString(), root.packs());
        this.directory = directory;
        this.isResumed = isResumed;
    }

    void run(Consumer<RestoreStep> steps) throws IOException {
        try (ContentRestore content =
                        new ContentRestore(
                                repository,
                                packs,
                                isResumed,
                                () -> steps.accept(RestoreStep.RANGE_WRITTEN));
                NodeReader contents = new NodeReader(repository, packs)) {
            Parents parents = new Parents();
            long entries =
                    each(entry -> {
                        parents.require(entry);
                        restore(entry, content, contents);
                    });
            if (entries != root.counts().entries()) {
                throw new CorruptObjectException(
                        root.key().toString(), "its tree has " + entries + " entries");
            }
            for (RandomId pack : nodePacks) {
                content.check(pack);
            }
            content.finish();
            readBytes = content.readBytes();
            keptBytes = content.keptBytes();
        }
        steps.accept(RestoreStep.CONTENT_WRITTEN);
        if (hasHardLinks) {
            each(this::hardLink);
        }
        directories();
        steps.accept(RestoreStep.METADATA_SET);
    }

    RestoreResult result() {
        return new RestoreResult(root, readBytes, keptBytes, metadata.withoutOwners());
    }

    @FunctionalInterface
    private interface Visitor {
        void visit(Entry entry) throws IOException;
    }

    private void visited(ChunkRef node) {
        nodePacks.add(node.pack());
    }

    private long each(Visitor visitor) throws IOException {
        try (NodeReader nodes = new NodeReader(repository, packs)) {
            TreeCursor cursor =
                    new TreeCursor(nodes, root.tree().node(), root.tree().level(), this::visited);
            long count = 0;
            Optional<Entry> entry = cursor.next();
            while (entry.isPresent()) {
                visitor.visit(entry.get());
                count++;
                entry = cursor.next();
            }
            return count;
        }
    }

    /** The directories that the current path may be in: nothing is written through a link. */
    private static final class Parents {
        private final Deque<ByteString> open = new ArrayDeque<>();

        void require(Entry entry) throws CorruptObjectException {
            ByteString path = entry.path();
            if (!path.isEmpty()) {
                ByteString parent = path.parent();
                while (!open.isEmpty() && !open.peek().equals(parent)) {
                    open.pop();
                }
                if (open.isEmpty()) {
                    throw new CorruptObjectException(
                            "the manifest", "'" + path + "' is in no directory");
                }
            }
            if (entry.node() instanceof Entry.Directory) {
                open.push(path);
            } else if (path.isEmpty()) {
                throw new CorruptObjectException("the manifest", "its root is no directory");
            }
        }
    }

    private void restore(Entry entry, ContentRestore content, NodeReader contents)
            throws IOException {
        byte[] path = entry.path().under(directory);
        switch (entry.node()) {
            case Entry.Directory _ -> makeDirectory(path);
            case Entry.FileNode file -> file(path, entry, file, content, contents);
            case Entry.HardLink _ -> hasHardLinks = true;
            case Entry.SymbolicLink link -> {
                discard(path);
                Posix.makeSymbolicLink(link.target().toBytes(), path);
                metadata.set(path, entry);
            }
            case Entry.Fifo _ -> node(path, entry, FIFO, 0, 0);
            case Entry.Socket _ -> node(path, entry, SOCKET, 0, 0);
            case Entry.Device device ->
                    node(
                            path,
                            entry,
                            device.isBlock() ? BLOCK_DEVICE : CHARACTER_DEVICE,
                            device.major(),
                            device.minor());
        }
    }

    private void makeDirectory(byte[] path) throws IOException {
        try {
            Posix.makeDirectory(path);
        } catch (PosixException e) {
            if (e.errno() != PosixException.EEXIST || !Posix.status(path).isDirectory()) {
                throw e;
            }
            // An earlier attempt may have given it its final permissions.
            Posix.setPermissions(path, OPEN);
        }
    }

    private void node(byte[] path, Entry entry, int type, int major, int minor) throws IOException {
        discard(path);
        Posix.makeNode(path, type | 0600, major, minor);
        metadata.set(path, entry);
    }

    /** What an earlier attempt made is made again: it costs nothing. */
    private void discard(byte[] path) throws IOException {
        if (!isResumed) {
            return;
        }
        try {
            Posix.unlink(path);
        } catch (PosixException e) {
            if (!e.isMissing()) {
                throw e;
            }
        }
    }

    private void file(
            byte[] path,
            Entry entry,
            Entry.FileNode file,
            ContentRestore content,
            NodeReader contents)
            throws IOException {
        if (isResumed) {
            discardUnlessOwnFile(path);
        }
        FileTarget target = new FileTarget(path, entry, metadata);
        // A new file of one chunk is made when that is written.
        boolean isOneChunk =
                file.content().items().size() == 1
                        && file.content().items().getFirst() instanceof Content.Chunk;
        if (isResumed || !isOneChunk) {
            target.create(file.size());
        }
        ContentCursor items = new ContentCursor(contents, file.content(), this::visited);
        long offset = 0;
        Optional<Content.Item> item = items.next();
        while (item.isPresent()) {
            if (item.get().length() > file.size() - offset) {
                throw wrongLength(entry);
            }
            if (item.get() instanceof Content.Chunk chunk) {
                content.add(new ReadPlan.Piece(chunk.ref(), target, offset));
            }
            offset += item.get().length();
            item = items.next();
        }
        if (offset != file.size()) {
            throw wrongLength(entry);
        }
        target.done();
    }

    /** A file that has a second name already is kept: both names are of this restore. */
    private void discardUnlessOwnFile(byte[] path) throws IOException {
        try {
            FileStatus status = Posix.status(path);
            if (!status.isFile()) {
                Posix.unlink(path);
            }
        } catch (PosixException e) {
            if (!e.isMissing()) {
                throw e;
            }
        }
    }

    private static CorruptObjectException wrongLength(Entry entry) {
        return new CorruptObjectException(
                "the manifest", "the chunks of '" + entry.path() + "' do not add up to its size");
    }

    private void hardLink(Entry entry) throws IOException {
        if (entry.node() instanceof Entry.HardLink link) {
            byte[] existing = link.path().under(directory);
            byte[] path = entry.path().under(directory);
            boolean isFile;
            try {
                isFile =
                        link.path().compareTo(entry.path()) < 0
                                && !link.path().isEmpty()
                                && Posix.status(existing).isFile();
            } catch (PosixException e) {
                isFile = false;
            }
            if (!isFile) {
                throw new CorruptObjectException(
                        "the manifest", "'" + entry.path() + "' is a link to no file");
            }
            discard(path);
            Posix.makeHardLink(existing, path);
        }
    }

    /** Those that even their owner may not enter come last, from the inside out. */
    private void directories() throws IOException {
        List<Entry> closed = new ArrayList<>();
        each(entry -> {
            if (entry.node() instanceof Entry.Directory) {
                if ((entry.metadata().permissions() & OPEN) == OPEN) {
                    metadata.set(entry.path().under(directory), entry);
                } else {
                    closed.add(entry);
                }
            }
        });
        for (Entry entry : closed.reversed()) {
            metadata.set(entry.path().under(directory), entry);
        }
    }
}
