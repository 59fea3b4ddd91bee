package io.moor.gateway.api;

import io.moor.gateway.group.Group;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** A slot as the API shows it. */
record SlotView(
        String group,
        int slot,
        @Nullable String instance,
        @Nullable String incarnation,
        @Nullable InstanceState instanceState,
        boolean leaseExpired,
        List<VolumeView> volumes,
        String waitingFor) {

    SlotView {
        volumes = List.copyOf(volumes);
    }

    static SlotView of(Group group, int slot, @Nullable Instance holder, List<VolumeView> volumes) {
        return new SlotView(
                group.group(),
                slot,
                holder == null ? null : holder.instance(),
                holder == null ? null : holder.incarnation(),
                holder == null ? null : holder.state(),
                holder != null && holder.lease().expired(),
                volumes,
                waitingFor(group, holder, volumes));
    }

    private static String waitingFor(
            Group group, @Nullable Instance holder, List<VolumeView> volumes) {
        if (holder != null && !holder.waitingFor().isEmpty()) {
            return holder.waitingFor();
        }
        for (var claim : group.claims()) {
            VolumeView volume =
                    volumes.stream()
                            .filter(view -> claim.name().equals(view.claim()))
                            .findFirst()
                            .orElse(null);
            if (volume == null) {
                return "waiting for the volume of claim '" + claim.name() + "' to be requested";
            }
            if (!volume.waitingFor().isEmpty()) {
                return volume.waitingFor();
            }
            if (holder != null && volume.attachment() == null) {
                return "waiting for volume '" + volume.volume() + "' to be granted";
            }
        }
        return holder == null ? "waiting for an instance to register" : "";
    }
}
