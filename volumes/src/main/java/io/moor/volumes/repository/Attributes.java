package io.moor.volumes.repository;

import io.moor.volumes.posix.Posix;
import io.moor.volumes.posix.PosixException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the extended attributes of a name. */
final class Attributes {

    private Attributes() {}

    /**
     * @return sorted by name; none when it went away
     */
    static List<Entry.Attribute> read(byte[] path) throws IOException {
        try {
            List<byte[]> names = Posix.attributes(path);
            if (names.isEmpty()) {
                return List.of();
            }
            List<Entry.Attribute> attributes = new ArrayList<>();
            int bytes = 0;
            for (byte[] name : names) {
                byte[] value = valueOf(path, name);
                bytes += name.length + value.length;
                attributes.add(new Entry.Attribute(ByteString.of(name), ByteString.of(value)));
            }
            if (attributes.size() > Limits.ATTRIBUTES || bytes > Limits.ATTRIBUTES_BYTES) {
                throw new RepositoryException(
                        Posix.words(path) + " has more extended attributes than a snapshot takes");
            }
            attributes.sort(Comparator.comparing(Entry.Attribute::name));
            return attributes;
        } catch (PosixException e) {
            if (e.isMissing() || e.errno() == PosixException.ENODATA) {
                return List.of();
            }
            throw e;
        }
    }

    private static byte[] valueOf(byte[] path, byte[] name) throws IOException {
        byte[] value = Posix.attribute(path, name);
        if (value.length > Limits.ATTRIBUTE_BYTES) {
            throw new RepositoryException(
                    Posix.words(path) + " has an extended attribute of " + value.length + " bytes");
        }
        return value;
    }
}
