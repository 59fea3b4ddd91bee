package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;
import io.moor.volumes.posix.Posix;
import io.moor.volumes.posix.PosixException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Makes trees of every kind of file, and tells two of them apart. */
final class Trees {

    private static final int[] SIZES = {
        0, 1, 100, 4_096, 262_144, 262_145, 700_000, 3 << 20, 9 << 20
    };

    private final RandomGenerator random;
    private final boolean isRoot = Posix.isRoot();
    private final List<byte[]> files = new ArrayList<>();
    private int names;

    Trees(RandomGenerator random) {
        this.random = random;
    }

    /** A directory with one of everything, and many of the usual; about 20 MB. */
    void make(Path root) throws IOException {
        make(root, Integer.MAX_VALUE);
    }

    /**
     * The same without large files.
     *
     * @param most bytes of a file that has no holes
     */
    void make(Path root, int most) throws IOException {
        byte[] top = Posix.bytes(root);
        Posix.makeDirectory(top);
        for (int size : SIZES) {
            if (size > most) {
                break;
            }
            file(name(top, ("size-" + size).getBytes(StandardCharsets.UTF_8)), size);
        }
        sparse(name(top, bytes("sparse")), 20 << 20, 5);
        sparse(name(top, bytes("sparse-many")), 8 << 20, 40);
        sparse(name(top, bytes("all-hole")), 1 << 20, 0);
        sparse(name(top, bytes("small-sparse")), 200_000, 1);
        file(name(top, new byte[] {'l', 'a', 't', 'i', 'n', (byte) 0xE9, (byte) 0xFF, '\n'}), 10);
        file(name(top, bytes("Ünïcode ☃ %41 \\ name")), 10);
        Posix.makeSymbolicLink(bytes("size-100"), name(top, bytes("link")));
        Posix.makeSymbolicLink(
                new byte[] {'/', (byte) 0xFE, '/', 'x'}, name(top, bytes("dangling")));
        Posix.makeHardLink(name(top, bytes("size-700000")), name(top, bytes("hard")));
        Posix.makeNode(name(top, bytes("fifo")), 0x1000 | 0600, 0, 0);
        Posix.makeNode(name(top, bytes("socket")), 0xC000 | 0600, 0, 0);
        if (isRoot) {
            Posix.makeNode(name(top, bytes("null")), 0x2000 | 0600, 1, 3);
            Posix.makeNode(name(top, bytes("loop")), 0x6000 | 0600, 259, 70_000);
        }
        directory(name(top, bytes("a")), 3);
        // Between a and its content, were the slash not the smallest.
        file(name(top, bytes("a.b")), 20);
        file(name(top, bytes("a!")), 20);
        byte[] closed = name(top, bytes("closed"));
        Posix.makeDirectory(closed);
        Posix.makeHardLink(name(top, bytes("size-700000")), name(closed, bytes("hard, too")));
        metadata(closed, isRoot ? 0 : 0500);
        metadata(top, 0755);
    }

    private void directory(byte[] path, int depth) throws IOException {
        Posix.makeDirectory(path);
        int count = 5 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            file(name(path, bytes("file-" + names++)), random.nextInt(5_000));
        }
        if (depth > 0) {
            directory(name(path, bytes("dir-" + names++)), depth - 1);
            directory(name(path, bytes("dir-" + names++)), depth - 1);
        }
        metadata(path, random.nextInt(0x1000) | 0700);
    }

    private void file(byte[] path, int size) throws IOException {
        byte[] content = new byte[size];
        if (size < 1 << 20 && random.nextInt(3) == 0) {
            java.util.Arrays.fill(content, (byte) random.nextInt());
        } else {
            random.nextBytes(content);
        }
        write(path, 0, content);
        metadata(path, random.nextInt(0x1000));
        files.add(path);
    }

    private void sparse(byte[] path, int size, int islands) throws IOException {
        int descriptor = Posix.open(path, Posix.WRITE_ONLY | Posix.CREATE);
        try {
            Posix.truncate(descriptor, path, size);
            for (int i = 0; i < islands; i++) {
                byte[] content = new byte[1 + random.nextInt(50_000)];
                random.nextBytes(content);
                int at = random.nextInt(size - content.length);
                Posix.write(descriptor, path, at, content, 0, content.length);
            }
        } finally {
            Posix.close(descriptor);
        }
        metadata(path, 0640);
    }

    static void write(byte[] path, long offset, byte[] content) throws IOException {
        int descriptor = Posix.open(path, Posix.WRITE_ONLY | Posix.CREATE);
        try {
            Posix.write(descriptor, path, offset, content, 0, content.length);
        } finally {
            Posix.close(descriptor);
        }
    }

    private void metadata(byte[] path, int permissions) throws IOException {
        if (isRoot) {
            Posix.setOwner(path, random.nextInt(70_000), random.nextInt(70_000));
        }
        if (random.nextInt(4) == 0) {
            byte[] value = new byte[random.nextInt(200)];
            random.nextBytes(value);
            Posix.setAttribute(path, bytes("user.b" + random.nextInt(10)), value);
            Posix.setAttribute(path, bytes("user.a"), bytes("x"));
        }
        // Without root a set-group-id bit of a foreign group would not stay.
        Posix.setPermissions(path, isRoot ? permissions : permissions & 0777);
        Posix.setTime(
                path, random.nextLong(-1_000_000, 2_000_000_000), random.nextInt(1_000_000_000));
    }

    /** Files of ordinary content that were made. */
    List<byte[]> files() {
        return files;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] name(byte[] directory, byte[] name) {
        return ByteString.of(name).under(directory);
    }

    /** One line for each name, with all that must be kept. */
    static List<String> describe(Path root) throws IOException {
        List<String> lines = new ArrayList<>();
        describe(Posix.bytes(root), ByteString.EMPTY, new HashMap<>(), lines);
        return lines;
    }

    private static void describe(
            byte[] root, ByteString path, Map<Long, String> links, List<String> lines)
            throws IOException {
        byte[] absolute = path.under(root);
        FileStatus status = Posix.status(absolute);
        StringBuilder line = new StringBuilder();
        line.append(path).append(' ').append(HexFormat.of().formatHex(path.toBytes()));
        line.append(" mode=").append(Integer.toOctalString(status.mode()));
        line.append(" owner=").append(status.uid()).append(':').append(status.gid());
        line.append(" time=")
                .append(status.modifiedSeconds())
                .append('.')
                .append(status.modifiedNanos());
        line.append(" device=").append(status.major()).append(':').append(status.minor());
        line.append(" attributes=").append(attributes(absolute));
        if (status.isSymbolicLink()) {
            line.append(" target=").append(HexFormat.of().formatHex(Posix.target(absolute)));
        }
        if (status.isFile()) {
            line.append(" links=").append(status.links());
            line.append(" first=")
                    .append(links.computeIfAbsent(status.inode(), _ -> path.toString()));
            line.append(" size=").append(status.size()).append(content(absolute, status));
        }
        lines.add(line.toString());
        if (status.isDirectory()) {
            for (byte[] name : names(absolute)) {
                describe(root, path.child(name), links, lines);
            }
        }
    }

    private static List<byte[]> names(byte[] directory) throws IOException {
        int descriptor = Posix.openDirectory(directory);
        try {
            List<byte[]> names = new ArrayList<>(Posix.names(descriptor, directory));
            names.sort(ByteString::compareNames);
            return names;
        } finally {
            Posix.close(descriptor);
        }
    }

    private static List<String> attributes(byte[] path) throws PosixException {
        List<String> attributes = new ArrayList<>();
        for (byte[] name : Posix.attributes(path)) {
            attributes.add(
                    Posix.words(name)
                            + "="
                            + HexFormat.of().formatHex(Posix.attribute(path, name)));
        }
        attributes.sort(null);
        return attributes;
    }

    private static String content(byte[] path, FileStatus status) throws IOException {
        FileReading file = FileReading.open(path).orElseThrow();
        try (file) {
            byte[] bytes = new byte[(int) status.size()];
            int got = file.read(0, bytes, 0, bytes.length);
            return " read="
                    + got
                    + " hash="
                    + HexFormat.of().formatHex(Hashing.sha256(bytes))
                    + " extents="
                    + file.extents();
        }
    }
}
