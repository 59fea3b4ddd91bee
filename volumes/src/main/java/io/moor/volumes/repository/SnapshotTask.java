package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;
import io.moor.volumes.posix.Posix;
import io.moor.volumes.posix.PosixException;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * The content of one snapshot: walks the source in path order beside the parent's manifest, and
 * writes the new manifest in the same order.
 *
 * <p>The walking thread finds entries and puts them into a queue, with the work on small files that
 * the workers do meanwhile; it takes them out at the other end, in order, when the queue is full,
 * and writes the manifest. Only this thread waits for others, so nothing can wait in a circle.
 */
final class SnapshotTask implements AutoCloseable {

    /** Entries between the scan and the manifest. */
    private static final int QUEUE = 2_048;

    /** Of small files that wait or are read. */
    private static final int READING = 512;

    /** More than there are processors: reading waits for disks. */
    private static final int WORKERS = Math.max(4, Runtime.getRuntime().availableProcessors());

    /** 51 MB, 786,000 chunks. */
    private static final int INDEX_SLOTS = 1 << 20;

    private final byte[] source;
    private final Optional<ParentSnapshot> parent;
    private final ChunkIndex index = new ChunkIndex(INDEX_SLOTS);
    private final NodeCache nodeCache;
    private final PackWriter packs;
    private final Workers workers;
    private final ChunkCodec codec;
    private final SmallFiles smallFiles;
    private final LargeFiles largeFiles;
    private final TreeWriter tree;
    private final PackUses uses = new PackUses();
    private final Deque<Pending> queue = new ArrayDeque<>();
    private final Map<Long, Link> links = new HashMap<>();
    private final List<ByteString> tornPaths = new ArrayList<>();
    private final Tally tally = new Tally();
    private boolean indexIsFilled;

    /** Another name of a file that has been seen, and how many more are to come. */
    private static final class Link {
        private final ByteString first;
        private final FileStatus status;
        private int expected;

        Link(ByteString first, FileStatus status) {
            this.first = first;
            this.status = status;
            this.expected = status.links() - 1;
        }
    }

    private static final class Tally {
        private long entries;
        private long files;
        private long directories;
        private long bytes;
        private long torn;
        private long mountPoints;
    }

    /**
     * An entry on its way.
     *
     * @param before the entry of the parent
     * @param work what becomes of a small file; {@code entry} of all others is known
     */
    private record Pending(
            ByteString path,
            FileStatus status,
            Optional<Entry> before,
            Optional<Entry> entry,
            Future<SmallFiles.Outcome> work) {}

    private static final Future<SmallFiles.Outcome> NO_WORK =
            CompletableFuture.completedFuture(new SmallFiles.Large());

    private static final Future<SmallFiles.Outcome> GONE =
            CompletableFuture.completedFuture(new SmallFiles.Vanished());

    SnapshotTask(Repository repository, byte[] source, Optional<Root> parent, Runnable packStored)
            throws IOException {
        this.source = source;
        this.nodeCache = new NodeCache();
        this.parent =
                parent.isPresent()
                        ? Optional.of(new ParentSnapshot(repository, parent.get(), nodeCache))
                        : Optional.empty();
        this.packs = new PackWriter(repository, packStored);
        this.workers = new Workers(repository.keys(), "moor-snapshot-", WORKERS, READING);
        this.codec = new ChunkCodec(repository.keys());
        ContentStore store = new ContentStore(packs, index);
        this.smallFiles = new SmallFiles(store);
        this.largeFiles =
                new LargeFiles(
                        store, workers, this::storeNode, new Gear(repository.keys()), uses::add);
        this.tree = new TreeWriter(this::storeNode);
    }

    private ChunkRef storeNode(byte[] node) throws IOException {
        ChunkId id = codec.id(node, 0, node.length);
        Optional<ChunkRef> known = nodeCache.find(id);
        ChunkRef ref = known.isPresent() ? known.get() : packs.addNode(id, node, codec);
        uses.add(ref);
        return ref;
    }

    /** Walks the source, and returns the top of the new manifest. */
    NodeLevels.Top scan() throws IOException {
        new SourceScanner(source, this::found).scan();
        while (!queue.isEmpty()) {
            drain();
        }
        return tree.finish();
    }

    /** Stores what is left; nothing is added afterwards. */
    List<StoredPack> finish() throws IOException {
        return packs.finish();
    }

    Root.Counts counts() {
        return new Root.Counts(
                tally.entries,
                tally.files,
                tally.directories,
                tally.bytes,
                tally.torn,
                tally.mountPoints);
    }

    List<ByteString> tornPaths() {
        return tornPaths;
    }

    List<Root.PackUse> uses(List<StoredPack> fresh) {
        return uses.packs(fresh, parent.map(ParentSnapshot::root));
    }

    private void found(ByteString path, FileStatus status, boolean isMountPoint)
            throws IOException {
        packs.rethrow();
        if (path.length() > Limits.PATH_BYTES) {
            throw new RepositoryException(path + " is longer than a snapshot takes");
        }
        Optional<Entry> before = parent.isPresent() ? parent.get().find(path) : Optional.empty();
        Optional<Entry> unchanged =
                before.filter(entry ->
                        parent.get().isUnchanged(entry, status)
                                && isSame(entry, status, isMountPoint));
        queue.add(pending(path, status, before, unchanged, isMountPoint));
        while (queue.size() > QUEUE) {
            drain();
        }
    }

    private Pending pending(
            ByteString path,
            FileStatus status,
            Optional<Entry> before,
            Optional<Entry> unchanged,
            boolean isMountPoint)
            throws IOException {
        if (status.isFile()) {
            // Numbers of another file system mean nothing here.
            Optional<ByteString> first = isMountPoint ? Optional.empty() : firstName(path, status);
            if (first.isPresent()) {
                // A name that was the file before, or another file's, is a link now.
                Entry link = entry(path, status, new Entry.HardLink(first.get()), 0);
                return new Pending(path, status, before, Optional.of(link), NO_WORK);
            }
            if (unchanged.isPresent()) {
                return new Pending(path, status, before, unchanged, NO_WORK);
            }
            fillIndex();
            Future<SmallFiles.Outcome> work = NO_WORK;
            if (status.size() <= Limits.WHOLE_BYTES) {
                byte[] absolute = path.under(source);
                work = workers.submit(worker -> smallFiles.read(absolute, worker));
            }
            return new Pending(path, status, before, Optional.empty(), work);
        }
        Optional<Entry> entry =
                unchanged.isPresent() ? unchanged : special(path, status, isMountPoint);
        return new Pending(path, status, before, entry, GONE);
    }

    /** Whether the entry is of the same type, size and kind. */
    private static boolean isSame(Entry entry, FileStatus status, boolean isMountPoint) {
        boolean wasMountPoint = (entry.metadata().flags() & Entry.MOUNT_POINT) != 0;
        return wasMountPoint == isMountPoint
                && switch (entry.node()) {
                    case Entry.FileNode file -> status.isFile() && file.size() == status.size();
                    case Entry.Directory _ -> status.isDirectory();
                    case Entry.SymbolicLink _ -> status.isSymbolicLink();
                    case Entry.HardLink _ -> false;
                    case Entry.Fifo _ -> status.isFifo();
                    case Entry.Socket _ -> status.isSocket();
                    case Entry.Device device ->
                            (device.isBlock() ? status.isBlockDevice() : status.isCharacterDevice())
                                    && device.major() == status.major()
                                    && device.minor() == status.minor();
                };
    }

    /** Under which name the file was seen already; the first name is remembered for the others. */
    private Optional<ByteString> firstName(ByteString path, FileStatus status)
            throws RepositoryException {
        if (status.links() < 2) {
            return Optional.empty();
        }
        Link link = links.get(status.inode());
        if (link == null) {
            if (links.size() == Limits.LINKS_WAITING) {
                throw new RepositoryException(
                        "more than " + Limits.LINKS_WAITING + " files have several names each");
            }
            links.put(status.inode(), new Link(path, status));
            return Optional.empty();
        }
        link.expected--;
        if (link.expected == 0) {
            links.remove(status.inode());
        }
        if (!status.isUnchangedSince(link.status)) {
            // Written to meanwhile, or another file with the same number: taken for itself.
            return Optional.empty();
        }
        return Optional.of(link.first);
    }

    private void fillIndex() throws IOException {
        if (!indexIsFilled && parent.isPresent()) {
            parent.get().fill(index);
        }
        indexIsFilled = true;
    }

    private Optional<Entry> special(ByteString path, FileStatus status, boolean isMountPoint)
            throws IOException {
        Optional<Entry.Node> node = node(path, status);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(entry(path, status, node.get(), isMountPoint ? Entry.MOUNT_POINT : 0));
    }

    private Optional<Entry.Node> node(ByteString path, FileStatus status) throws IOException {
        if (status.isDirectory()) {
            return Optional.of(new Entry.Directory());
        }
        if (status.isSymbolicLink()) {
            try {
                return Optional.of(
                        new Entry.SymbolicLink(ByteString.of(Posix.target(path.under(source)))));
            } catch (PosixException e) {
                // EINVAL: something else took its place.
                if (e.isMissing() || e.errno() == PosixException.EINVAL) {
                    return Optional.empty();
                }
                throw e;
            }
        }
        if (status.isFifo()) {
            return Optional.of(new Entry.Fifo());
        }
        if (status.isSocket()) {
            return Optional.of(new Entry.Socket());
        }
        if (status.isBlockDevice() || status.isCharacterDevice()) {
            return Optional.of(
                    new Entry.Device(status.isBlockDevice(), status.major(), status.minor()));
        }
        throw new RepositoryException(path + " is of a type that is not known");
    }

    private Entry entry(ByteString path, FileStatus status, Entry.Node node, int flags)
            throws IOException {
        return new Entry(path, metadata(status, Attributes.read(path.under(source)), flags), node);
    }

    private static Entry.Metadata metadata(
            FileStatus status, List<Entry.Attribute> attributes, int flags) {
        return new Entry.Metadata(
                status.permissions(),
                status.uid(),
                status.gid(),
                status.modifiedSeconds(),
                status.modifiedNanos(),
                status.changedSeconds(),
                status.changedNanos(),
                status.inode(),
                flags,
                attributes);
    }

    /** Takes the first entry of the queue into the manifest. */
    private void drain() throws IOException {
        Pending pending = queue.remove();
        if (pending.entry().isPresent()) {
            boolean isUnread =
                    pending.status().isFile()
                            && pending.entry().get().node() instanceof Entry.FileNode;
            add(pending.entry().get(), !isUnread);
            return;
        }
        SmallFiles.Outcome outcome = Futures.get(pending.work());
        boolean wasRead = outcome instanceof SmallFiles.Large;
        if (wasRead) {
            Optional<SmallFiles.Read> read =
                    largeFiles.read(pending.path().under(source), before(pending));
            outcome = read.isPresent() ? read.get() : new SmallFiles.Vanished();
        }
        switch (outcome) {
            case SmallFiles.Read read ->
                    add(
                            new Entry(
                                    pending.path(),
                                    metadata(
                                            read.status(),
                                            read.attributes(),
                                            read.torn() ? Entry.TORN : 0),
                                    read.node()),
                            wasRead);
            case SmallFiles.Vanished _ -> vanished(pending);
            case SmallFiles.Large _ -> throw new IllegalStateException("read, but still large");
        }
    }

    private static void vanished(Pending pending) throws RepositoryException {
        if (pending.status().isFile() && pending.status().links() > 1) {
            throw new RepositoryException(
                    pending.path()
                            + " went away while the snapshot was made, and it has other names:"
                            + " repeat the snapshot");
        }
    }

    private LargeFiles.Before before(Pending pending) {
        Optional<Entry.FileNode> file =
                pending.before()
                        .map(Entry::node)
                        .filter(Entry.FileNode.class::isInstance)
                        .map(Entry.FileNode.class::cast);
        return new LargeFiles.Before() {
            @Override
            public Optional<Entry.FileNode> node() {
                return file;
            }

            @Override
            public PreviousChunks chunks() {
                return file.isPresent() && parent.isPresent()
                        ? parent.get().chunks(file.get())
                        : PreviousChunks.NONE;
            }
        };
    }

    private void add(Entry entry, boolean wasRead) throws IOException {
        tree.add(entry);
        uses.add(entry, wasRead);
        tally.entries++;
        if (entry.node() instanceof Entry.FileNode file) {
            tally.files++;
            tally.bytes += file.size();
        }
        if (entry.node() instanceof Entry.Directory) {
            tally.directories++;
        }
        if ((entry.metadata().flags() & Entry.MOUNT_POINT) != 0) {
            tally.mountPoints++;
        }
        if ((entry.metadata().flags() & Entry.TORN) != 0) {
            tally.torn++;
            if (tornPaths.size() < Limits.TORN_PATHS) {
                tornPaths.add(entry.path());
            }
        }
    }

    static Root.Source identity(byte[] source) throws IOException {
        FileStatus status = Posix.status(source);
        return new Root.Source(status.device(), status.inode());
    }

    @Override
    public void close() {
        workers.close();
        packs.close();
        codec.close();
        parent.ifPresent(ParentSnapshot::close);
    }
}
