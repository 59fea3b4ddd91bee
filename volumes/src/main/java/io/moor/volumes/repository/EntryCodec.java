package io.moor.volumes.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Entries as leaves of a manifest have them. */
final class EntryCodec {

    private static final int FILE = 1;
    private static final int DIRECTORY = 2;
    private static final int SYMBOLIC_LINK = 3;
    private static final int HARD_LINK = 4;
    private static final int FIFO = 5;
    private static final int SOCKET = 6;
    private static final int CHARACTER_DEVICE = 7;
    private static final int BLOCK_DEVICE = 8;
    private static final int NO_CONTENT = 255;

    private static final int IDS = Integer.MAX_VALUE;

    private EntryCodec() {}

    static void write(ByteWriter out, Refs.Writer refs, ByteString previous, Entry entry) {
        byte[] path = entry.path().toBytes();
        int shared = previous.sharedPrefix(entry.path());
        out.varint(shared).varint(path.length - shared).raw(path, shared, path.length - shared);
        out.u8(type(entry.node()));
        Entry.Metadata metadata = entry.metadata();
        out.varint(metadata.permissions())
                .varint(metadata.uid() & 0xFFFF_FFFFL)
                .varint(metadata.gid() & 0xFFFF_FFFFL)
                .time(metadata.modifiedSeconds(), metadata.modifiedNanos())
                .time(metadata.changedSeconds(), metadata.changedNanos())
                .varint(metadata.inode())
                .varint(metadata.flags())
                .varint(metadata.attributes().size());
        for (Entry.Attribute attribute : metadata.attributes()) {
            out.bytes(attribute.name().toBytes()).bytes(attribute.value().toBytes());
        }
        writeNode(out, refs, entry.node());
    }

    private static int type(Entry.Node node) {
        return switch (node) {
            case Entry.FileNode _ -> FILE;
            case Entry.Directory _ -> DIRECTORY;
            case Entry.SymbolicLink _ -> SYMBOLIC_LINK;
            case Entry.HardLink _ -> HARD_LINK;
            case Entry.Fifo _ -> FIFO;
            case Entry.Socket _ -> SOCKET;
            case Entry.Device device -> device.isBlock() ? BLOCK_DEVICE : CHARACTER_DEVICE;
        };
    }

    private static void writeNode(ByteWriter out, Refs.Writer refs, Entry.Node node) {
        switch (node) {
            case Entry.FileNode file -> {
                out.varint(file.size());
                write(out, file.chunking());
                write(out, file.next());
                write(out, refs, file.content());
            }
            case Entry.SymbolicLink link -> out.bytes(link.target().toBytes());
            case Entry.HardLink link -> out.bytes(link.path().toBytes());
            case Entry.Device device ->
                    out.varint(device.major() & 0xFFFF_FFFFL).varint(device.minor() & 0xFFFF_FFFFL);
            case Entry.Directory _, Entry.Fifo _, Entry.Socket _ -> {}
        }
    }

    private static void write(ByteWriter out, Chunking chunking) {
        out.u8(chunking.kind().code()).u8(chunking.bits());
    }

    private static void write(ByteWriter out, Refs.Writer refs, Content content) {
        if (content.node().isPresent()) {
            out.varint(0).u8(content.level());
            refs.write(out, content.node().get());
            return;
        }
        out.varint(content.items().size());
        if (content.items().isEmpty()) {
            out.u8(NO_CONTENT);
        }
        content.items().forEach(item -> writeItem(out, refs, item));
    }

    static void writeItem(ByteWriter out, Refs.Writer refs, Content.Item item) {
        switch (item) {
            case Content.Hole hole -> out.varint(0).varint(hole.length());
            case Content.Chunk chunk -> refs.write(out, chunk.ref());
        }
    }

    static Entry read(ByteReader in, Refs.Reader refs, ByteString previous)
            throws CorruptObjectException {
        byte[] before = previous.toBytes();
        int shared = in.count(before.length);
        byte[] rest = in.bytes(Limits.PATH_BYTES - shared);
        byte[] path = java.util.Arrays.copyOf(before, shared + rest.length);
        System.arraycopy(rest, 0, path, shared, rest.length);
        int type = in.u8();
        Entry.Metadata metadata =
                new Entry.Metadata(
                        in.count(0xFFF),
                        (int) in.length(0xFFFF_FFFFL),
                        (int) in.length(0xFFFF_FFFFL),
                        in.seconds(),
                        in.nanos(),
                        in.seconds(),
                        in.nanos(),
                        in.varint(),
                        in.count(Entry.TORN | Entry.MOUNT_POINT),
                        attributes(in));
        return new Entry(ByteString.of(path), metadata, readNode(in, refs, type));
    }

    private static List<Entry.Attribute> attributes(ByteReader in) throws CorruptObjectException {
        int count = in.count(Limits.ATTRIBUTES);
        List<Entry.Attribute> attributes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            attributes.add(
                    new Entry.Attribute(
                            ByteString.of(in.bytes(Limits.NAME_BYTES)),
                            ByteString.of(in.bytes(Limits.ATTRIBUTE_BYTES))));
        }
        return attributes;
    }

    private static Entry.Node readNode(ByteReader in, Refs.Reader refs, int type)
            throws CorruptObjectException {
        return switch (type) {
            case FILE ->
                    new Entry.FileNode(
                            in.length(Limits.FILE_BYTES),
                            chunking(in),
                            chunking(in),
                            content(in, refs));
            case DIRECTORY -> new Entry.Directory();
            case SYMBOLIC_LINK ->
                    new Entry.SymbolicLink(ByteString.of(in.bytes(Limits.PATH_BYTES)));
            case HARD_LINK -> new Entry.HardLink(ByteString.of(in.bytes(Limits.PATH_BYTES)));
            case FIFO -> new Entry.Fifo();
            case SOCKET -> new Entry.Socket();
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                    new Entry.Device(type == BLOCK_DEVICE, in.count(IDS), in.count(IDS));
            default -> throw in.corrupt("an entry is of the unknown type " + type);
        };
    }

    private static Chunking chunking(ByteReader in) throws CorruptObjectException {
        int kind = in.u8();
        int bits = in.u8();
        try {
            return new Chunking(Chunking.Kind.ofCode(kind), bits);
        } catch (IllegalArgumentException e) {
            throw in.corrupt("a file is cut in an unknown way");
        }
    }

    private static Content content(ByteReader in, Refs.Reader refs) throws CorruptObjectException {
        int count = in.count(Limits.INLINE_ITEMS);
        if (count == 0) {
            int level = in.u8();
            if (level == NO_CONTENT) {
                return Content.EMPTY;
            }
            if (level > Limits.LEVELS) {
                throw in.corrupt("a list of chunks is too high");
            }
            return new Content(List.of(), level, Optional.of(refs.read(in)));
        }
        List<Content.Item> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(readItem(in, refs));
        }
        return new Content(items, 0, Optional.empty());
    }

    static Content.Item readItem(ByteReader in, Refs.Reader refs) throws CorruptObjectException {
        long number = in.varint();
        if (number != 0) {
            return new Content.Chunk(refs.read(in, number));
        }
        long length = in.length(Limits.FILE_BYTES);
        if (length == 0) {
            throw in.corrupt("a hole has no length");
        }
        return new Content.Hole(length);
    }
}
