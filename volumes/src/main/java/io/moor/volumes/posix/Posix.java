package io.moor.volumes.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calls of Linux. Paths are bytes, absolute, without a 0; at most 4,095 of them. No call follows a
 * symbolic link at the end of a path, except where it says so. Calls that a signal interrupted are
 * repeated.
 */
public final class Posix {

    public static final int READ_ONLY = 0;
    public static final int WRITE_ONLY = 1;
    public static final int CREATE = 0x40;
    public static final int EXCLUSIVE = 0x80;
    public static final int NO_BLOCK = 0x800;

    private static final int CLOSE_ON_EXEC = 0x80000;

    /** O_NOFOLLOW and O_DIRECTORY have other numbers on ARM. */
    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

    private static final int NO_FOLLOW = ARM ? 0x8000 : 0x20000;
    private static final int DIRECTORY = ARM ? 0x4000 : 0x10000;

    private static final int HERE = -100;
    private static final int STAT_NO_FOLLOW = 0x100;
    private static final int STAT_EMPTY_PATH = 0x1000;
    private static final int STAT_BASIC = 0x7FF;
    private static final long ATTRIBUTE_MOUNT_ROOT = 0x2000;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final byte[] EMPTY = {};

    private Posix() {}

    /** Calls a function with the memory of the thread; less than zero means that it failed. */
    @FunctionalInterface
    private interface Call {
        long call(Native memory) throws Throwable;
    }

    private static long call(String name, byte[] path, Call call) throws PosixException {
        Native memory = Native.ofThread();
        try {
            while (true) {
                long result = call.call(memory);
                if (result >= 0) {
                    return result;
                }
                if (memory.errno() != PosixException.EINTR) {
                    throw new PosixException(name, words(path), memory.errno());
                }
            }
        } catch (PosixException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The bytes of a path as the system has them, also when they are no text. */
    public static byte[] bytes(Path path) {
        URI uri = path.toAbsolutePath().normalize().toUri();
        String raw = uri.getRawPath();
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) Integer.parseInt(raw, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        // A URI ends in a slash when the path is a directory.
        if (length > 1 && bytes[length - 1] == '/') {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** For messages. */
    public static String words(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }

    /** Whether this process may do what only root may. */
    public static boolean isRoot() {
        try {
            return (int) Native.GETEUID.invokeExact() == 0;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Opens a file that is no symbolic link; a new one gets the permissions {@code rw-------}. */
    public static int open(byte[] path, int flags) throws PosixException {
        return (int)
                call(
                        "open",
                        path,
                        memory ->
                                (int)
                                        Native.OPENAT.invokeExact(
                                                memory.state,
                                                HERE,
                                                memory.first(path),
                                                flags | CLOSE_ON_EXEC | NO_FOLLOW,
                                                0600));
    }

    public static int openDirectory(byte[] path) throws PosixException {
        return open(path, READ_ONLY | DIRECTORY);
    }

    /** Nothing happens when it fails: the descriptor is gone in any case. */
    public static void close(int descriptor) {
        try {
            call(
                    "close",
                    EMPTY,
                    memory -> (int) Native.CLOSE.invokeExact(memory.state, descriptor));
        } catch (PosixException alreadyClosed) {
            // Linux frees the number whatever it says.
        }
    }

    public static FileStatus status(byte[] path) throws PosixException {
        return status(HERE, path, STAT_NO_FOLLOW, path);
    }

    /** Of a name in an open directory. */
    public static FileStatus status(int directory, byte[] name) throws PosixException {
        return status(directory, name, STAT_NO_FOLLOW, name);
    }

    /**
     * Of an open file.
     *
     * @param path for the message
     */
    public static FileStatus statusOf(int descriptor, byte[] path) throws PosixException {
        return status(descriptor, EMPTY, STAT_EMPTY_PATH, path);
    }

    private static FileStatus status(int directory, byte[] name, int flags, byte[] path)
            throws PosixException {
        call(
                "stat",
                path,
                memory ->
                        (int)
                                Native.STATX.invokeExact(
                                        memory.state,
                                        directory,
                                        memory.first(name),
                                        flags,
                                        STAT_BASIC,
                                        memory.status));
        MemorySegment status = Native.ofThread().status;
        return new FileStatus(
                Short.toUnsignedInt(status.get(ValueLayout.JAVA_SHORT, 28)),
                number(status, 20),
                number(status, 24),
                number(status, 16),
                status.get(ValueLayout.JAVA_LONG, 32),
                (long) number(status, 136) << 32 | (number(status, 140) & 0xFFFF_FFFFL),
                status.get(ValueLayout.JAVA_LONG, 40),
                status.get(ValueLayout.JAVA_LONG, 48),
                status.get(ValueLayout.JAVA_LONG, 112),
                number(status, 120),
                status.get(ValueLayout.JAVA_LONG, 96),
                number(status, 104),
                number(status, 128),
                number(status, 132),
                (status.get(ValueLayout.JAVA_LONG, 8) & ATTRIBUTE_MOUNT_ROOT) != 0);
    }

    private static int number(MemorySegment status, long offset) {
        return status.get(ValueLayout.JAVA_INT, offset);
    }

    /**
     * The names in an open directory, in no order, without {@code .} and {@code ..}.
     *
     * @param path for the message
     */
    public static List<byte[]> names(int directory, byte[] path) throws PosixException {
        List<byte[]> names = new ArrayList<>();
        while (true) {
            long filled =
                    call(
                            "readdir",
                            path,
                            memory ->
                                    (long)
                                            Native.GETDENTS.invokeExact(
                                                    memory.state,
                                                    directory,
                                                    memory.data,
                                                    (long) Native.DATA_BYTES));
            if (filled == 0) {
                return names;
            }
            MemorySegment data = Native.ofThread().data;
            long at = 0;
            while (at < filled) {
                int length = Short.toUnsignedInt(data.get(ValueLayout.JAVA_SHORT, at + 16));
                byte[] name = text(data, at + 19, length - 19);
                if (!isDots(name)) {
                    names.add(name);
                }
                at += length;
            }
        }
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }

    private static byte[] text(MemorySegment data, long from, int most) {
        int length = 0;
        while (length < most && data.get(ValueLayout.JAVA_BYTE, from + length) != 0) {
            length++;
        }
        return data.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Where a symbolic link points to. */
    public static byte[] target(byte[] link) throws PosixException {
        long length =
                call(
                        "readlink",
                        link,
                        memory ->
                                (long)
                                        Native.READLINK.invokeExact(
                                                memory.state,
                                                memory.first(link),
                                                memory.data,
                                                (long) Native.DATA_BYTES));
        return Native.ofThread().data.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Reads until the range is full or the file ends.
     *
     * @param path for the message
     * @return the bytes read, less than {@code length} only at the end of the file
     */
    public static int read(
            int descriptor, byte[] path, long offset, byte[] into, int at, int length)
            throws PosixException {
        int done = 0;
        while (done < length) {
            long most = Math.min(length - done, Native.DATA_BYTES);
            long from = offset + done;
            int got =
                    (int)
                            call(
                                    "read",
                                    path,
                                    memory ->
                                            (long)
                                                    Native.PREAD.invokeExact(
                                                            memory.state,
                                                            descriptor,
                                                            memory.data,
                                                            most,
                                                            from));
            if (got == 0) {
                return done;
            }
            MemorySegment.copy(
                    Native.ofThread().data, ValueLayout.JAVA_BYTE, 0, into, at + done, got);
            done += got;
        }
        return done;
    }

    /** Writes all of it. */
    public static void write(
            int descriptor, byte[] path, long offset, byte[] data, int at, int length)
            throws PosixException {
        int done = 0;
        while (done < length) {
            int most = Math.min(length - done, Native.DATA_BYTES);
            int from = done;
            done +=
                    (int)
                            call(
                                    "write",
                                    path,
                                    memory -> {
                                        MemorySegment.copy(
                                                data,
                                                at + from,
                                                memory.data,
                                                ValueLayout.JAVA_BYTE,
                                                0,
                                                most);
                                        return (long)
                                                Native.PWRITE.invokeExact(
                                                        memory.state,
                                                        descriptor,
                                                        memory.data,
                                                        (long) most,
                                                        offset + from);
                                    });
        }
    }

    /**
     * Where the next data begins, at or after an offset; the size when there is none.
     *
     * @param size of the file
     */
    public static long nextData(int descriptor, byte[] path, long offset, long size)
            throws PosixException {
        try {
            return Math.min(size, seek(descriptor, path, offset, SEEK_DATA));
        } catch (PosixException e) {
            if (e.errno() == PosixException.ENXIO) {
                return size;
            }
            if (e.errno() == PosixException.EINVAL || e.errno() == PosixException.EOPNOTSUPP) {
                return offset;
            }
            throw e;
        }
    }

    /** Where the next hole begins, after an offset that has data; the size when there is none. */
    public static long nextHole(int descriptor, byte[] path, long offset, long size)
            throws PosixException {
        try {
            return Math.min(size, seek(descriptor, path, offset, SEEK_HOLE));
        } catch (PosixException e) {
            if (e.errno() == PosixException.ENXIO
                    || e.errno() == PosixException.EINVAL
                    || e.errno() == PosixException.EOPNOTSUPP) {
                return size;
            }
            throw e;
        }
    }

    private static long seek(int descriptor, byte[] path, long offset, int whence)
            throws PosixException {
        return call(
                "lseek",
                path,
                memory ->
                        (long) Native.LSEEK.invokeExact(memory.state, descriptor, offset, whence));
    }

    public static void truncate(int descriptor, byte[] path, long size) throws PosixException {
        call(
                "truncate",
                path,
                memory -> (int) Native.FTRUNCATE.invokeExact(memory.state, descriptor, size));
    }

    /** With the permissions {@code rwx------}. */
    public static void makeDirectory(byte[] path) throws PosixException {
        call(
                "mkdir",
                path,
                memory -> (int) Native.MKDIR.invokeExact(memory.state, memory.first(path), 0700));
    }

    /**
     * Makes a fifo, socket or device node.
     *
     * @param mode the type, as in st_mode, and permissions
     */
    public static void makeNode(byte[] path, int mode, int major, int minor) throws PosixException {
        long device =
                (major & 0xFFFL) << 8
                        | (major & 0xFFFF_F000L) << 32
                        | (minor & 0xFFL)
                        | (minor & 0xFFFF_FF00L) << 12;
        call(
                "mknod",
                path,
                memory ->
                        (int)
                                Native.MKNOD.invokeExact(
                                        memory.state, memory.first(path), mode, device));
    }

    public static void makeSymbolicLink(byte[] target, byte[] path) throws PosixException {
        call(
                "symlink",
                path,
                memory ->
                        (int)
                                Native.SYMLINK.invokeExact(
                                        memory.state, memory.first(target), memory.second(path)));
    }

    public static void makeHardLink(byte[] existing, byte[] path) throws PosixException {
        call(
                "link",
                path,
                memory ->
                        (int)
                                Native.LINK.invokeExact(
                                        memory.state, memory.first(existing), memory.second(path)));
    }

    public static void unlink(byte[] path) throws PosixException {
        call(
                "unlink",
                path,
                memory -> (int) Native.UNLINK.invokeExact(memory.state, memory.first(path)));
    }

    public static void removeDirectory(byte[] path) throws PosixException {
        call(
                "rmdir",
                path,
                memory -> (int) Native.RMDIR.invokeExact(memory.state, memory.first(path)));
    }

    /** A directory may replace an empty one. */
    public static void rename(byte[] from, byte[] to) throws PosixException {
        call(
                "rename",
                to,
                memory ->
                        (int)
                                Native.RENAME.invokeExact(
                                        memory.state, memory.first(from), memory.second(to)));
    }

    /** Follows a symbolic link: those have no permissions. */
    public static void setPermissions(byte[] path, int permissions) throws PosixException {
        call(
                "chmod",
                path,
                memory ->
                        (int)
                                Native.CHMOD.invokeExact(
                                        memory.state, memory.first(path), permissions));
    }

    public static void setOwner(byte[] path, int uid, int gid) throws PosixException {
        call(
                "chown",
                path,
                memory ->
                        (int)
                                Native.LCHOWN.invokeExact(
                                        memory.state, memory.first(path), uid, gid));
    }

    /** Sets the time of modification, and that of access to the same. */
    public static void setTime(byte[] path, long seconds, int nanos) throws PosixException {
        call(
                "utimensat",
                path,
                memory -> {
                    for (long at = 0; at < 32; at += 16) {
                        memory.status.set(ValueLayout.JAVA_LONG, at, seconds);
                        memory.status.set(ValueLayout.JAVA_LONG, at + 8, nanos);
                    }
                    return (int)
                            Native.UTIMENSAT.invokeExact(
                                    memory.state,
                                    HERE,
                                    memory.first(path),
                                    memory.status,
                                    STAT_NO_FOLLOW);
                });
    }

    /** Names of extended attributes, in no order; none where there are no attributes. */
    public static List<byte[]> attributes(byte[] path) throws PosixException {
        long filled;
        try {
            filled =
                    call(
                            "listxattr",
                            path,
                            memory ->
                                    (long)
                                            Native.LLISTXATTR.invokeExact(
                                                    memory.state,
                                                    memory.first(path),
                                                    memory.data,
                                                    (long) Native.DATA_BYTES));
        } catch (PosixException e) {
            if (e.errno() == PosixException.EOPNOTSUPP) {
                return List.of();
            }
            throw e;
        }
        if (filled == 0) {
            return List.of();
        }
        List<byte[]> names = new ArrayList<>();
        MemorySegment data = Native.ofThread().data;
        long at = 0;
        while (at < filled) {
            byte[] name = text(data, at, (int) (filled - at));
            names.add(name);
            at += name.length + 1L;
        }
        return names;
    }

    public static byte[] attribute(byte[] path, byte[] name) throws PosixException {
        long length =
                call(
                        "getxattr",
                        path,
                        memory ->
                                (long)
                                        Native.LGETXATTR.invokeExact(
                                                memory.state,
                                                memory.first(path),
                                                memory.second(name),
                                                memory.data,
                                                (long) Native.DATA_BYTES));
        return Native.ofThread().data.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    public static void setAttribute(byte[] path, byte[] name, byte[] value) throws PosixException {
        call(
                "setxattr",
                path,
                memory -> {
                    MemorySegment.copy(
                            value, 0, memory.data, ValueLayout.JAVA_BYTE, 0, value.length);
                    return (int)
                            Native.LSETXATTR.invokeExact(
                                    memory.state,
                                    memory.first(path),
                                    memory.second(name),
                                    memory.data,
                                    (long) value.length,
                                    0);
                });
    }

    /** Forces everything of the file system that a path is on to storage. */
    public static void syncFileSystem(byte[] directory) throws PosixException {
        int descriptor = openDirectory(directory);
        try {
            call(
                    "syncfs",
                    directory,
                    memory -> (int) Native.SYNCFS.invokeExact(memory.state, descriptor));
        } finally {
            close(descriptor);
        }
    }

    /** Forces the names in a directory to storage. */
    public static void syncDirectory(byte[] directory) throws PosixException {
        int descriptor = openDirectory(directory);
        try {
            call(
                    "fsync",
                    directory,
                    memory -> (int) Native.FSYNC.invokeExact(memory.state, descriptor));
        } finally {
            close(descriptor);
        }
    }
}
