package io.moor.gateway.attachment;

import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;
import io.moor.gateway.instance.SlotId;
import io.moor.gateway.volume.Volume;
import io.moor.gateway.volume.VolumeState;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** Objects for tables: volume {@code v-1}, attachment {@code at-1} with epoch 3 on {@code i-1}. */
final class Samples {

    static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private Samples() {}

    static Attachment attachment(AttachmentState state, @Nullable ProofKind end) {
        return new Attachment(
                "at-1",
                "v-1",
                "inc-1",
                "i-1",
                false,
                "",
                3,
                state,
                new FencingProof(ProofKind.RELEASED, "sample", "at-0"),
                false,
                null,
                null,
                null,
                end == null ? null : new Attachment.End(end, "sample end"),
                NOW,
                null,
                end == null ? null : NOW);
    }

    static Volume volume(VolumeState state, long epoch) {
        return new Volume(
                "v-1",
                new Volume.Owner("orders", 0, "data"),
                "shared",
                1 << 20,
                state,
                state == VolumeState.QUARANTINED ? "sample" : null,
                epoch,
                false,
                0,
                null,
                NOW,
                NOW);
    }

    static Instance instance(
            String incarnation, InstanceState state, boolean evicted, boolean expired) {
        return new Instance(
                incarnation,
                "i-of-" + incarnation,
                "boot",
                new SlotId("orders", 0),
                state,
                evicted,
                1,
                NOW,
                new Instance.Lease(NOW, expired ? NOW.minusSeconds(9) : NOW.plusSeconds(9), NOW),
                null,
                null);
    }
}
