package io.moor.volumes.repository;

import io.moor.volumes.VolumeId;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a snapshot.
 *
 * @param epoch that its writer held, at least 0
 * @param sequence of the snapshot in its volume, from 1
 */
public record RootKey(VolumeId volume, long epoch, long sequence, RandomId id) {

    private static final Pattern KEY =
            Pattern.compile("([a-z0-9-]+)/([0-9]{19})-([0-9]{19})-([0-9a-f]{32})");

    public RootKey {
        if (epoch < 0 || sequence < 1) {
            throw new IllegalArgumentException("epoch " + epoch + ", sequence " + sequence);
        }
    }

    /**
     * @param text as {@link #toString} has it
     * @throws IllegalArgumentException when it is not that
     */
    public static RootKey parse(String text) {
        Matcher parts = KEY.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not the name of a snapshot");
        }
        return new RootKey(
                new VolumeId(parts.group(1)),
                Long.parseLong(parts.group(2)),
                Long.parseLong(parts.group(3)),
                RandomId.parse(parts.group(4)));
    }

    /** Key of the object without the repository's prefix. */
    String object() {
        return "v/" + this;
    }

    /** Key of the commit mark without the repository's prefix. */
    String mark() {
        return "c/" + this;
    }

    /** {@code VOLUME/EPOCH-SEQUENCE-ID}; names of one volume are in order of epoch and sequence. */
    @Override
    public String toString() {
        return "%s/%019d-%019d-%s".formatted(volume, epoch, sequence, id);
    }
}
