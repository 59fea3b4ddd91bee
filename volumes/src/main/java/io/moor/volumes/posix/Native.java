package io.moor.volumes.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of the C library, bound once, and each thread's memory for calling them. A thread
 * calls one function at a time, so its memory is never shared.
 */
@SuppressWarnings("restricted") // native access is what this class is for
final class Native {

    /** PATH_MAX: the longest path that a call takes, with its end. */
    private static final int PATH_BYTES = 4096;

    /** Read or written by one call. */
    static final int DATA_BYTES = 256 << 10;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    static final MethodHandle OPENAT =
            LINKER.downcallHandle(
                    find("openat"),
                    FunctionDescriptor.of(INT, INT, POINTER, INT, INT),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(3));
    static final MethodHandle CLOSE = bind("close", INT, INT);
    static final MethodHandle STATX = bind("statx", INT, INT, POINTER, INT, INT, POINTER);
    static final MethodHandle GETDENTS = bind("getdents64", LONG, INT, POINTER, LONG);
    static final MethodHandle READLINK = bind("readlink", LONG, POINTER, POINTER, LONG);
    static final MethodHandle PREAD = bind("pread", LONG, INT, POINTER, LONG, LONG);
    static final MethodHandle PWRITE = bind("pwrite", LONG, INT, POINTER, LONG, LONG);
    static final MethodHandle LSEEK = bind("lseek", LONG, INT, LONG, INT);
    static final MethodHandle FTRUNCATE = bind("ftruncate", INT, INT, LONG);
    static final MethodHandle MKDIR = bind("mkdir", INT, POINTER, INT);
    static final MethodHandle MKNOD = bind("mknod", INT, POINTER, INT, LONG);
    static final MethodHandle SYMLINK = bind("symlink", INT, POINTER, POINTER);
    static final MethodHandle LINK = bind("link", INT, POINTER, POINTER);
    static final MethodHandle UNLINK = bind("unlink", INT, POINTER);
    static final MethodHandle RMDIR = bind("rmdir", INT, POINTER);
    static final MethodHandle RENAME = bind("rename", INT, POINTER, POINTER);
    static final MethodHandle CHMOD = bind("chmod", INT, POINTER, INT);
    static final MethodHandle LCHOWN = bind("lchown", INT, POINTER, INT, INT);
    static final MethodHandle UTIMENSAT = bind("utimensat", INT, INT, POINTER, POINTER, INT);
    static final MethodHandle LLISTXATTR = bind("llistxattr", LONG, POINTER, POINTER, LONG);
    static final MethodHandle LGETXATTR = bind("lgetxattr", LONG, POINTER, POINTER, POINTER, LONG);
    static final MethodHandle LSETXATTR =
            bind("lsetxattr", INT, POINTER, POINTER, POINTER, LONG, INT);
    static final MethodHandle SYNCFS = bind("syncfs", INT, INT);
    static final MethodHandle FSYNC = bind("fsync", INT, INT);
    static final MethodHandle GETEUID =
            LINKER.downcallHandle(find("geteuid"), FunctionDescriptor.of(INT));

    private static final ThreadLocal<Native> OF_THREAD = ThreadLocal.withInitial(Native::new);

    private final Arena arena = Arena.ofAuto();
    final MemorySegment state = arena.allocate(STATE);
    final MemorySegment status = arena.allocate(256, 8);
    final MemorySegment data = arena.allocate(DATA_BYTES, 8);
    private final MemorySegment first = arena.allocate(PATH_BYTES);
    private final MemorySegment second = arena.allocate(PATH_BYTES);

    private Native() {}

    static Native ofThread() {
        return OF_THREAD.get();
    }

    MemorySegment first(byte[] path) throws PosixException {
        return terminated(first, path);
    }

    MemorySegment second(byte[] path) throws PosixException {
        return terminated(second, path);
    }

    private static MemorySegment terminated(MemorySegment into, byte[] path) throws PosixException {
        if (path.length >= PATH_BYTES) {
            throw new PosixException("path", Posix.words(path), 36);
        }
        MemorySegment.copy(path, 0, into, ValueLayout.JAVA_BYTE, 0, path.length);
        into.set(ValueLayout.JAVA_BYTE, path.length, (byte) 0);
        return into;
    }

    int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    private static MemorySegment find(String name) {
        return LINKER.defaultLookup().find(name).orElseThrow(() -> new UnsatisfiedLinkError(name));
    }

    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                find(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }
}
