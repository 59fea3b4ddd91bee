package io.moor.gateway.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * @param revision revision of what is desired; opaque, only compared for equality
 * @param leaseTtlMs time to live of the lease that this call renewed, ms, counted from the arrival
 *     of the request
 * @param attachments everything that is desired here, complete
 * @param drain an order to take everything off this instance, or null
 */
public record SyncResponse(
        long revision,
        long leaseTtlMs,
        List<DesiredAttachment> attachments,
        @Nullable DrainOrder drain) {

    public SyncResponse {
        attachments = List.copyOf(attachments);
    }
}
