package io.moor.shipper.checkpoint;

import io.moor.shipper.Origin;

import java.nio.charset.StandardCharsets;

/**
 * Keys of {@code moor.checkpoints}: {@code ORIGIN/KEY-OF-THE-STREAM}, and {@code ORIGIN/} for the
 * owner's claim. An origin has no slash.
 */
public final class CheckpointKey {

    private CheckpointKey() {}

    public static byte[] of(Origin origin, String stream) {
        return (origin.id() + "/" + stream).getBytes(StandardCharsets.UTF_8);
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
