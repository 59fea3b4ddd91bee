package io.moor.volumes;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What an I/O failure is called in a message for an operator. */
final class Failures {

    private Failures() {}

    static String words(IOException failure) {
        return switch (failure) {
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case NoSuchFileException e -> e.getFile() + ": no such file";
            case FileAlreadyExistsException e -> e.getFile() + ": exists and is not a directory";
            case FileSystemException e when e.getReason() != null ->
                    e.getFile() + ": " + e.getReason();
            case ClosedByInterruptException _ -> "interrupted";
            default -> failure.toString();
        };
    }

    /** A failure of storage while doing something; the same call may succeed later. */
    static VolumeException storage(String what, IOException failure) {
        return new VolumeException(what + ": " + words(failure), true, failure);
    }
}
