package io.moor.gateway.protocol;

/**
 * @param attachment id of the attachment
 * @param volume id of the volume
 * @param epoch fencing token of this attachment
 * @param claim role of the volume in its group ({@code data}); empty for a volume without a group
 * @param path absolute path to attach at; empty when the sidecar's configuration says it by claim
 * @param providerType {@code image} or {@code directory}
 * @param providerRoot directory on shared storage where the provider keeps its volumes
 * @param readOnly whether writes are refused
 * @param dirty whether the previous holder did not release it: check before use
 * @param state what the sidecar shall bring about
 */
public record DesiredAttachment(
        String attachment,
        String volume,
        long epoch,
        String claim,
        String path,
        String providerType,
        String providerRoot,
        boolean readOnly,
        boolean dirty,
        State state) {

    /** What the sidecar shall bring about. */
    public enum State {
        ATTACHED,
        DETACHED
    }
}
