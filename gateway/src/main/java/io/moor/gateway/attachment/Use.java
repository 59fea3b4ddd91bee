package io.moor.gateway.attachment;

/**
 * How an instance uses a volume.
 *
 * @param path absolute path on the instance; empty when the sidecar's configuration says it by
 *     claim
 * @param readOnly whether writes are refused
 */
public record Use(String path, boolean readOnly) {

    /** A volume of a claim: read and write, where the sidecar's configuration says. */
    public static final Use OF_CLAIM = new Use("", false);
}
