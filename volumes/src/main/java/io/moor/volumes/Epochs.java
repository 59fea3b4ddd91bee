package io.moor.volumes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The newest epoch each volume was attached with, kept beside the volume on the storage that all
 * instances share. It turns away a node that acts on an old grant, whatever it believes. Called
 * under the volume's lock.
 */
record Epochs(VolumeFiles files) {

    /** The newest epoch seen, or 0 for a volume that was never attached. */
    long newest(VolumeId id) throws VolumeException {
        Path file = files.epoch(id);
        try {
            return Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
        } catch (NoSuchFileException e) {
            return 0;
        } catch (NumberFormatException e) {
            // Guessing an epoch could let an old writer in.
            throw new VolumeException(
                    file + " does not hold an epoch: write the volume's newest epoch into it",
                    false,
                    e);
        } catch (IOException e) {
            throw Failures.storage("the epoch of volume " + id + " cannot be read", e);
        }
    }

    /** Refuses an epoch older than the newest seen. */
    void requireCurrent(AttachRequest request) throws VolumeException {
        long newest = newest(request.id());
        if (newest > request.epoch()) {
            throw new VolumeException(
                    "volume "
                            + request.id()
                            + " is not attached with epoch "
                            + request.epoch()
                            + ": a newer epoch "
                            + newest
                            + " was seen, so this grant of access is no longer valid",
                    false);
        }
    }

    /** Refuses an older epoch and records a newer one, durably, before anything is done with it. */
    void advance(AttachRequest request) throws VolumeException {
        requireCurrent(request);
        if (newest(request.id()) == request.epoch()) {
            return;
        }
        try {
            DurableFile.write(files.epoch(request.id()), request.epoch() + "\n");
        } catch (IOException e) {
            throw Failures.storage("the epoch of volume " + request.id() + " cannot be kept", e);
        }
    }

    /** What is attached here already must be what is asked for; otherwise it is detached first. */
    void requireSame(AttachRequest request, AccessMode mode) throws VolumeException {
        requireCurrent(request);
        long newest = newest(request.id());
        if (newest != request.epoch() || mode != request.mode()) {
            throw new VolumeException(
                    "volume %s is attached at %s with epoch %d (%s), not with epoch %d (%s): detach it first"
                            .formatted(
                                    request.id(),
                                    request.path(),
                                    newest,
                                    mode,
                                    request.epoch(),
                                    request.mode()),
                    false);
        }
    }
}
