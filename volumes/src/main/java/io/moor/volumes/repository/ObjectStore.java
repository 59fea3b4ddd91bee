package io.moor.volumes.repository;

import java.io.IOException;
import java.util.List;

/**
 * A bucket. Objects are immutable: they are added, read and removed, never overwritten.
 * Thread-safe.
 */
public interface ObjectStore {

    /** What is known of an object without reading it. */
    record StoredObject(String key, long size) {}

    /**
     * Adds an object unless its key is taken; of several at once one wins.
     *
     * @param data the object is its first {@code length} bytes; not changed, not kept
     * @return whether it was added; false: there is an object of that key, whatever its content
     * @throws StoreException when the outcome is unknown or it was refused
     */
    boolean putIfAbsent(String key, byte[] data, int length) throws IOException;

    /**
     * Reads a range.
     *
     * @param length most bytes to read, at least 1
     * @return the bytes read; fewer than asked for only at the end of the object
     * @throws StoreException of kind MISSING when there is no such object
     */
    int read(String key, long offset, byte[] into, int at, int length) throws IOException;

    /**
     * The objects whose keys begin with a prefix, in order of their keys.
     *
     * @param after only keys after this one; empty for all
     * @param most so many at most, 1 to 1,000
     */
    List<StoredObject> list(String prefix, String after, int most) throws IOException;

    /** Removes an object; succeeds when there is none. */
    void delete(String key) throws IOException;
}
