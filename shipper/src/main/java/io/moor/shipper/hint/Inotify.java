package io.moor.shipper.hint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * An inotify instance of Linux and an eventfd that wakes whoever waits for it; see inotify(7). One
 * thread waits and reads; others may add, remove and wake. Closed when nobody uses it any more.
 */
final class Inotify implements AutoCloseable {

    /** Written to; of a child of a watched directory. */
    static final int MODIFY = 0x2;

    static final int MOVED_FROM = 0x40;
    static final int MOVED_TO = 0x80;
    static final int CREATE = 0x100;
    static final int DELETE = 0x200;

    /** Of the watched directory itself. */
    static final int DELETE_SELF = 0x400;

    static final int MOVE_SELF = 0x800;

    /** Always told: the file system went, events were lost, the watch is no more. */
    static final int UNMOUNT = 0x2000;

    static final int OVERFLOW = 0x4000;
    static final int IGNORED = 0x8000;

    private static final int ONLY_DIRECTORIES = 0x0100_0000;

    private static final int MASK =
            MODIFY
                    | MOVED_FROM
                    | MOVED_TO
                    | CREATE
                    | DELETE
                    | DELETE_SELF
                    | MOVE_SELF
                    | ONLY_DIRECTORIES;

    /** O_NONBLOCK and O_CLOEXEC, which inotify and eventfd share. */
    private static final int FLAGS = 0x800 | 0x80000;

    private static final short READABLE = 1;
    private static final int POLL_BYTES = 8;
    private static final int HEADER_BYTES = 16;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** What this JVM takes for the encoding of file names. */
    private static final Charset NAMES =
            Charset.forName(System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name()));

    private final MethodHandle addWatch;
    private final MethodHandle removeWatch;
    private final MethodHandle poll;
    private final MethodHandle read;
    private final MethodHandle write;
    private final MethodHandle close;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    private final MemorySegment polled = arena.allocate(2L * POLL_BYTES, 4);
    private final MemorySegment waiterState = arena.allocate(STATE);
    private final int events;
    private final int waker;

    private Inotify() throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle init = function(linker, "inotify_init1", ints(1));
        MethodHandle eventfd = function(linker, "eventfd", ints(2));
        addWatch =
                function(
                        linker,
                        "inotify_add_watch",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        removeWatch = function(linker, "inotify_rm_watch", ints(2));
        poll =
                function(
                        linker,
                        "poll",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
        FunctionDescriptor transfer =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG);
        read = function(linker, "read", transfer);
        write = function(linker, "write", transfer);
        close = function(linker, "close", ints(1));
        events = checked("inotify_init1", state -> (int) init.invokeExact(state, FLAGS));
        int wake = -1;
        try {
            wake = checked("eventfd", state -> (int) eventfd.invokeExact(state, 0, FLAGS));
        } finally {
            if (wake < 0) {
                closeQuietly(events);
            }
        }
        waker = wake;
    }

    /**
     * @throws IOException when the system has none, or this user may have no more of them
     */
    static Inotify open() throws IOException {
        try {
            return new Inotify();
        } catch (UnsatisfiedLinkError | UnsupportedOperationException notLinux) {
            throw new IOException("this system has no inotify", notLinux);
        }
    }

    /**
     * One event.
     *
     * @param watch whose
     * @param mask what; several bits
     * @param name of the child; empty when it is about the directory
     */
    record Event(int watch, int mask, String name) {}

    /** Takes events. */
    @FunctionalInterface
    interface Sink {
        void event(Event event);
    }

    /**
     * Watches a directory. The same directory gives the same number, whatever its path.
     *
     * @throws Refused with the number of the error
     */
    int add(Path directory) throws Refused {
        byte[] path = directory.toString().getBytes(NAMES);
        try (Arena call = Arena.ofConfined()) {
            MemorySegment name = call.allocate(path.length + 1L);
            MemorySegment.copy(path, 0, name, ValueLayout.JAVA_BYTE, 0, path.length);
            return checked(
                    "inotify_add_watch",
                    state -> (int) addWatch.invokeExact(state, events, name, MASK));
        }
    }

    /** Watches a directory no more; nothing happens when it is not watched. */
    void remove(int watch) {
        try {
            checked(
                    "inotify_rm_watch",
                    state -> (int) removeWatch.invokeExact(state, events, watch));
        } catch (Refused gone) {
            // The system removes the watch of a directory that is gone.
        }
    }

    /** Waits until there is something to read, or for {@link #wake}. */
    void await() throws IOException {
        entry(0, events);
        entry(1, waker);
        poll(2, -1);
    }

    /** Waits, at most so long, for {@link #wake} only. */
    void pause(Duration most) throws IOException {
        entry(0, waker);
        poll(1, (int) most.toMillis());
    }

    private void entry(long index, int descriptor) {
        polled.set(ValueLayout.JAVA_INT, index * POLL_BYTES, descriptor);
        polled.set(ValueLayout.JAVA_SHORT, index * POLL_BYTES + 4, READABLE);
        polled.set(ValueLayout.JAVA_SHORT, index * POLL_BYTES + 6, (short) 0);
    }

    private void poll(long entries, int millis) throws IOException {
        try {
            int ready = (int) poll.invokeExact(waiterState, polled, entries, millis);
            if (ready < 0 && errno(waiterState) != EINTR) {
                throw new Refused("poll", errno(waiterState));
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Reads what there is, at most a buffer full; nothing when there is nothing. */
    void read(Sink sink) throws IOException {
        long filled;
        try {
            filled = (long) read.invokeExact(waiterState, events, buffer, (long) BUFFER_BYTES);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        if (filled < 0) {
            int errno = errno(waiterState);
            if (errno != EAGAIN && errno != EINTR) {
                throw new Refused("read", errno);
            }
            return;
        }
        byte[] copy = buffer.asSlice(0, filled).toArray(ValueLayout.JAVA_BYTE);
        decode(ByteBuffer.wrap(copy).order(ByteOrder.nativeOrder()), sink);
    }

    /**
     * Events as inotify(7) lays them out: watch, mask, cookie, length, and so many bytes. Of writes
     * to the same file one is told, because busy writers make thousands in a moment.
     */
    static void decode(ByteBuffer bytes, Sink sink) {
        Set<ByteBuffer> written = new HashSet<>();
        while (bytes.remaining() >= HEADER_BYTES) {
            int at = bytes.position();
            int watch = bytes.getInt();
            int mask = bytes.getInt();
            bytes.getInt();
            int length = bytes.getInt();
            boolean again = mask == MODIFY && !written.add(bytes.slice(at, HEADER_BYTES + length));
            if (!again) {
                byte[] padded = new byte[length];
                bytes.get(padded);
                sink.event(new Event(watch, mask, name(padded)));
            }
            bytes.position(at + HEADER_BYTES + length);
        }
    }

    private static String name(byte[] padded) {
        int length = 0;
        while (length < padded.length && padded[length] != 0) {
            length++;
        }
        return new String(padded, 0, length, NAMES);
    }

    /** Ends a wait, and every later one. */
    void wake() {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment one = call.allocate(ValueLayout.JAVA_LONG);
            one.set(ValueLayout.JAVA_LONG, 0, 1);
            MemorySegment state = call.allocate(STATE);
            long written = (long) write.invokeExact(state, waker, one, 8L);
            if (written != 8) {
                throw new IllegalStateException("eventfd refused: error " + errno(state));
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        closeQuietly(events);
        closeQuietly(waker);
        arena.close();
    }

    private void closeQuietly(int descriptor) {
        try {
            checked("close", state -> (int) close.invokeExact(state, descriptor));
        } catch (Refused impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The system said no. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;
        static final int ENOENT = 2;
        static final int ENOTDIR = 20;
        static final int ENOSPC = 28;

        private final int errno;

        Refused(String function, int errno) {
            super(function + " failed with error " + errno);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    /** A call that returns -1 when it fails. */
    @FunctionalInterface
    private interface Call {
        int call(MemorySegment state) throws Throwable;
    }

    private static int checked(String function, Call call) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = call.call(state);
            if (result < 0) {
                throw new Refused(function, errno(state));
            }
            return result;
        } catch (Refused | RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static IOException rethrown(Throwable e) {
        return switch (e) {
            case IOException io -> io;
            case RuntimeException defect -> throw defect;
            case Error error -> throw error;
            default -> new IOException(e);
        };
    }

    private static FunctionDescriptor ints(int arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments];
        Arrays.fill(layouts, ValueLayout.JAVA_INT);
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts);
    }

    @SuppressWarnings("restricted") // the types are those of the manual pages
    private static MethodHandle function(Linker linker, String name, FunctionDescriptor type) {
        return linker.downcallHandle(
                linker.defaultLookup().find(name).orElseThrow(() -> new UnsatisfiedLinkError(name)),
                type,
                Linker.Option.captureCallState("errno"));
    }
}
