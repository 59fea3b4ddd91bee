package io.moor.gateway.api;

import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;
import io.moor.gateway.protocol.ObservedShipper;
import io.moor.gateway.protocol.ObservedStream;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** An incarnation as the API shows it. */
record InstanceView(
        String instance,
        String incarnation,
        String bootId,
        String group,
        int slot,
        InstanceState state,
        boolean evicted,
        boolean leaseExpired,
        Instant leaseRenewedAt,
        Instant leaseExpiresAt,
        Instant registeredAt,
        @Nullable Instant endedAt,
        @Nullable String endReason,
        List<AttachmentView> attachments,
        List<ObservedStream> streams,
        List<ObservedShipper> shippers,
        @Nullable DrainView drain,
        String waitingFor) {

    InstanceView {
        attachments = List.copyOf(attachments);
        streams = List.copyOf(streams);
        shippers = List.copyOf(shippers);
    }

    static InstanceView of(
            Instance instance,
            List<AttachmentView> attachments,
            List<ObservedStream> streams,
            List<ObservedShipper> shippers,
            @Nullable DrainView drain) {
        return new InstanceView(
                instance.instance(),
                instance.incarnation(),
                instance.bootId(),
                instance.slot().group(),
                instance.slot().index(),
                instance.state(),
                instance.evicted(),
                instance.lease().expired(),
                instance.lease().renewedAt(),
                instance.lease().expiresAt(),
                instance.registeredAt(),
                instance.endedAt(),
                instance.endReason(),
                attachments,
                streams,
                shippers,
                drain,
                waitingFor(instance, attachments));
    }

    private static String waitingFor(Instance instance, List<AttachmentView> attachments) {
        if (!instance.waitingFor().isEmpty()) {
            return instance.waitingFor();
        }
        return attachments.stream()
                .filter(view -> !view.waitingFor().isEmpty())
                .map(view -> "volume " + view.volume() + ": " + view.waitingFor())
                .findFirst()
                .orElse("");
    }
}
