package io.moor.volumes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where volumes live. The gateway calls the controller part ({@link #create}, {@link #delete},
 * {@link #find}, {@link #list}), the sidecar the node part ({@link #attach}, {@link #detach},
 * {@link #attachedAt}). Every operation is idempotent and blocking (call it on a virtual thread),
 * and safe to repeat after an unknown outcome. Implementations are thread-safe; two operations on
 * one volume are serialised by the caller.
 */
public interface VolumeProvider {

    /** The provider's type, as configurations name it: {@code directory}, {@code image}. */
    String type();

    /**
     * Creates the volume. A repeat with the same size succeeds without touching the data; a
     * half-made volume of an earlier call is completed.
     *
     * @throws VolumeException when it exists with another size, or storage refuses (full, not
     *     writable)
     */
    void create(VolumeSpec spec) throws VolumeException;

    /**
     * Deletes the volume and its data. Deleting what does not exist succeeds.
     *
     * @throws VolumeException when it is attached on this machine, or storage refuses
     */
    void delete(VolumeId id) throws VolumeException;

    /**
     * The volume as storage shows it, or empty when there is none (also when a creation never
     * finished).
     */
    Optional<VolumeInfo> find(VolumeId id) throws VolumeException;

    /** All volumes that storage shows, by id. */
    List<VolumeInfo> list() throws VolumeException;

    /**
     * Makes the volume usable at a path. Already attached there with the same epoch and mode:
     * succeeds without doing anything.
     *
     * @throws VolumeException when the volume is missing, its file system cannot be repaired, a
     *     newer epoch was seen on it, or something else is at the path
     */
    AttachResult attach(AttachRequest request) throws VolumeException;

    /**
     * Flushes and takes the volume away from the path. Not attached anywhere on this machine:
     * succeeds.
     *
     * @throws VolumeException when it is busy, or can still be written to on this machine by
     *     another path, mount namespace, device or process; the message names what holds it
     */
    void detach(VolumeId id, Path path) throws VolumeException;

    /**
     * Whether the volume is attached at the path right now, read from the operating system and not
     * from memory.
     */
    boolean attachedAt(VolumeId id, Path path) throws VolumeException;
}
