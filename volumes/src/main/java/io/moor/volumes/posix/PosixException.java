package io.moor.volumes.posix;

import java.io.IOException;

/** A system call said no. The message names the call, the path, and the reason. */
public final class PosixException extends IOException {

    private static final long serialVersionUID = 1;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int ENOTDIR = 20;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int ERANGE = 34;
    public static final int ENODATA = 61;
    public static final int EOPNOTSUPP = 95;

    private final int errno;

    PosixException(String call, String path, int errno) {
        super(path + ": " + call + ": " + words(errno));
        this.errno = errno;
    }

    /** The number of the error, as errno(3) has it on Linux. */
    public int errno() {
        return errno;
    }

    public boolean isMissing() {
        return errno == ENOENT || errno == ENOTDIR;
    }

    private static String words(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted";
            case ENOENT -> "no such file or directory";
            case 5 -> "input/output error";
            case EACCES -> "permission denied";
            case EEXIST -> "exists";
            case 18 -> "on another file system";
            case ENOTDIR -> "not a directory";
            case 21 -> "is a directory";
            case EINVAL -> "invalid argument";
            case 23, 24 -> "too many open files";
            case 27 -> "file too large";
            case ENOSPC -> "no space left on device";
            case 30 -> "read-only file system";
            case 36 -> "name too long";
            case 39 -> "directory not empty";
            case 40 -> "too many symbolic links";
            case EOPNOTSUPP -> "not supported";
            case 116 -> "stale file handle";
            case 122 -> "quota exceeded";
            default -> "error " + errno;
        };
    }
}
