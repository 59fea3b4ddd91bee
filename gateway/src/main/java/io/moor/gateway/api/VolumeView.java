package io.moor.gateway.api;

import io.moor.gateway.attachment.Attachment;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.volume.Volume;
import io.moor.gateway.volume.VolumeState;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** A volume as the API shows it, with the attachment that lasts. */
record VolumeView(
        String volume,
        @Nullable String group,
        @Nullable Integer slot,
        @Nullable String claim,
        String provider,
        long sizeBytes,
        VolumeState state,
        @Nullable String reason,
        long epoch,
        boolean dirty,
        int attempts,
        @Nullable String lastFailure,
        Instant createdAt,
        @Nullable AttachmentView attachment,
        String waitingFor) {

    /**
     * @param last the attachment with the volume's epoch, or null
     * @param holder the instance of that attachment, or null
     */
    static VolumeView of(Volume volume, @Nullable Attachment last, @Nullable Instance holder) {
        Volume.Owner owner = volume.owner();
        Attachment current = last != null && last.live() ? last : null;
        return new VolumeView(
                volume.volume(),
                owner == null ? null : owner.group(),
                owner == null ? null : owner.slot(),
                owner == null ? null : owner.claim(),
                volume.provider(),
                volume.sizeBytes(),
                volume.state(),
                volume.reason(),
                volume.epoch(),
                volume.dirty(),
                volume.attempts(),
                volume.lastFailure(),
                volume.createdAt(),
                current == null ? null : AttachmentView.of(current),
                waitingFor(volume, current, holder));
    }

    private static String waitingFor(
            Volume volume, @Nullable Attachment current, @Nullable Instance holder) {
        if (!volume.waitingFor().isEmpty()) {
            return volume.waitingFor();
        }
        if (current == null) {
            return "";
        }
        if (holder != null && holder.lease().expired() && holder.state().fillsSlot()) {
            return holder.waitingFor();
        }
        return current.waitingFor();
    }
}
