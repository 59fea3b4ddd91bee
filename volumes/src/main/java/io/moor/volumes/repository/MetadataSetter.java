package io.moor.volumes.repository;

import io.moor.volumes.posix.Posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives a restored name its metadata: owner first, because that clears the set-user-id bit and
 * capabilities, the time last. Without root owners stay the caller's, and attributes outside of
 * {@code user.} are left out; both are counted. Thread-safe.
 */
final class MetadataSetter {

    private static final byte[] USER = "user.".getBytes(StandardCharsets.US_ASCII);

    private final boolean isRoot = Posix.isRoot();
    private final AtomicLong withoutOwners = new AtomicLong();

    void set(byte[] path, Entry entry) throws IOException {
        Entry.Metadata metadata = entry.metadata();
        boolean isLink = entry.node() instanceof Entry.SymbolicLink;
        if (isRoot) {
            Posix.setOwner(path, metadata.uid(), metadata.gid());
        } else {
            withoutOwners.incrementAndGet();
        }
        for (Entry.Attribute attribute : metadata.attributes()) {
            byte[] name = attribute.name().toBytes();
            if (isRoot || startsWith(name, USER)) {
                Posix.setAttribute(path, name, attribute.value().toBytes());
            }
        }
        if (!isLink) {
            Posix.setPermissions(path, metadata.permissions());
        }
        Posix.setTime(path, metadata.modifiedSeconds(), metadata.modifiedNanos());
    }

    long withoutOwners() {
        return withoutOwners.get();
    }

    private static boolean startsWith(byte[] name, byte[] prefix) {
        return name.length >= prefix.length
                && java.util.Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
    }
}
