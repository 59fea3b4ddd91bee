package io.moor.volumes.repository;

import io.moor.volumes.VolumeId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Root objects. */
final class RootCodec {

    private static final ChunkId ROOT_ID = new ChunkId(0, 0, 0, 0);
    private static final int KEY_BYTES = 256;

    private RootCodec() {}

    /**
     * The object.
     *
     * @throws RepositoryException when it is larger than the format allows
     */
    static byte[] write(Repository repository, Root root) throws RepositoryException {
        byte[] raw = payload(repository, root);
        if (raw.length > Limits.ROOT_BYTES) {
            throw new RepositoryException("the snapshot has too many packs: prune the repository");
        }
        try (ChunkCodec codec = new ChunkCodec(repository.keys())) {
            ChunkCodec.Packed packed = codec.compress(raw, 0, raw.length);
            byte[] stored = new byte[packed.storedLength()];
            codec.store(root.key().id(), ROOT_ID, raw.length, packed, stored, 0);
            return Frame.write(
                    Frame.ROOT,
                    root.key().object(),
                    packed.flags(),
                    raw.length,
                    stored,
                    repository.keys());
        }
    }

    private static byte[] payload(Repository repository, Root root) {
        ByteWriter out = new ByteWriter();
        out.raw(repository.id().toBytes());
        text(out, root.key().volume().value());
        out.raw(root.lineage().toBytes()).varint(root.key().epoch()).varint(root.key().sequence());
        out.varint(root.parent().isPresent() ? 1 : 0);
        root.parent().ifPresent(parent -> text(out, parent.toString()));
        time(out, root.begun());
        time(out, root.ended());
        out.varint(root.source().device()).varint(root.source().inode());
        new Refs.Writer().write(out, root.tree().node());
        out.u8(root.tree().level());
        Root.Counts counts = root.counts();
        out.varint(counts.entries())
                .varint(counts.files())
                .varint(counts.directories())
                .varint(counts.bytes())
                .varint(counts.torn())
                .varint(counts.mountPoints());
        out.u8(root.consistency().code());
        out.varint(root.tornPaths().size());
        root.tornPaths().forEach(path -> out.bytes(path.toBytes()));
        out.varint(root.packs().size());
        for (Root.PackUse use : root.packs()) {
            out.raw(use.pack().id().toBytes()).varint(use.pack().size()).u8(use.fresh() ? 1 : 0);
        }
        return out.toBytes();
    }

    private static void time(ByteWriter out, Instant instant) {
        long seconds = instant.getEpochSecond();
        int nanos = instant.getNano();
        out.time(seconds, nanos);
    }

    private static void text(ByteWriter out, String text) {
        out.bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The snapshot of that name; empty when there is none. */
    static Optional<Root> fetch(Repository repository, RootKey key) throws IOException {
        Optional<byte[]> object =
                Frame.fetch(repository.store(), repository.prefix(), key.object());
        return object.isEmpty()
                ? Optional.empty()
                : Optional.of(read(repository, key, object.get()));
    }

    static Root read(Repository repository, RootKey key, byte[] object)
            throws CorruptObjectException {
        String name = repository.prefix() + key.object();
        Frame frame = Frame.read(Frame.ROOT, key.object(), object, repository.keys());
        try (ChunkCodec codec = new ChunkCodec(repository.keys())) {
            byte[] raw =
                    codec.plain(
                            key.id(),
                            ROOT_ID,
                            frame.rawLength(),
                            frame.flags(),
                            new ChunkCodec.Bytes(frame.payload(), 0, frame.payload().length),
                            name);
            return decode(repository, key, new ByteReader(raw, name));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new CorruptObjectException(name, "it says something impossible: " + e);
        }
    }

    private static Root decode(Repository repository, RootKey key, ByteReader in)
            throws CorruptObjectException {
        RandomId owner = RandomId.of(in.raw(RandomId.BYTES));
        String volume = text(in);
        RandomId lineage = RandomId.of(in.raw(RandomId.BYTES));
        long epoch = in.length(Long.MAX_VALUE);
        long sequence = in.length(Long.MAX_VALUE);
        if (!owner.equals(repository.id())
                || !key.volume().equals(new VolumeId(volume))
                || key.epoch() != epoch
                || key.sequence() != sequence) {
            throw in.corrupt("it is the root of another snapshot");
        }
        Optional<RootKey> parent =
                in.count(1) == 1 ? Optional.of(RootKey.parse(text(in))) : Optional.empty();
        Instant begun = Instant.ofEpochSecond(in.seconds(), in.nanos());
        Instant ended = Instant.ofEpochSecond(in.seconds(), in.nanos());
        Root.Source source = new Root.Source(in.varint(), in.varint());
        ChunkRef top = new Refs.Reader().read(in);
        int level = in.u8();
        Root.Counts counts =
                new Root.Counts(
                        in.length(Long.MAX_VALUE),
                        in.length(Long.MAX_VALUE),
                        in.length(Long.MAX_VALUE),
                        in.length(Long.MAX_VALUE),
                        in.length(Long.MAX_VALUE),
                        in.length(Long.MAX_VALUE));
        int consistency = in.u8();
        if (level > Limits.LEVELS) {
            throw in.corrupt("it says something unknown");
        }
        int torn = in.count(Limits.TORN_PATHS);
        List<ByteString> tornPaths = new ArrayList<>();
        for (int i = 0; i < torn; i++) {
            tornPaths.add(ByteString.of(in.bytes(Limits.PATH_BYTES)));
        }
        int count = in.count(Limits.ROOT_PACKS);
        List<Root.PackUse> packs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RandomId pack = RandomId.of(in.raw(RandomId.BYTES));
            packs.add(
                    new Root.PackUse(
                            new StoredPack(pack, in.count(Limits.PACK_BYTES)), in.count(1) == 1));
        }
        in.end();
        return new Root(
                key,
                lineage,
                parent,
                begun,
                ended,
                source,
                new NodeLevels.Top(top, level, counts.entries()),
                counts,
                Root.Consistency.ofCode(consistency),
                tornPaths,
                packs);
    }

    private static String text(ByteReader in) throws CorruptObjectException {
        return new String(in.bytes(KEY_BYTES), StandardCharsets.UTF_8);
    }
}
