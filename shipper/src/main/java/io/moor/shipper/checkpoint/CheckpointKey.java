package io.moor.shipper.checkpoint;

import io.moor.shipper.Origin;

import java.nio.charset.StandardCharsets;

/**
 * Keys of {@code moor.checkpoints}: {@code ORIGIN/KEY-OF-THE-STREAM}, {@code ORIGIN/} for the
 * owner's claim, and {@code ORIGIN//FILEID/KEY-OF-THE-STREAM} for an archived generation. An origin
 * has no slash, and no key of a stream begins with one.
 */
public final class CheckpointKey {

    private CheckpointKey() {}

    public static byte[] of(Origin origin, String stream) {
        return (origin.id() + "/" + stream).getBytes(StandardCharsets.UTF_8);
    }

    /** Of a generation that the checkpoint of its stream does not list. */
    public static byte[] ofArchived(Origin origin, String stream, String fileId) {
        return of(origin, "/" + fileId + "/" + stream);
    }

    /** Whether a key is that of an archived generation, and not of a stream. */
    public static boolean isArchived(String key) {
        return streamOf(key).startsWith("/");
    }

    public static String originOf(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? key : key.substring(0, slash);
    }

    public static String streamOf(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? "" : key.substring(slash + 1);
    }
}
