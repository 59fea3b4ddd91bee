package io.moor.gateway.api;

import io.moor.gateway.attachment.Attachment;
import io.moor.gateway.attachment.PostgresAttachmentStore;
import io.moor.gateway.database.Json;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.drain.PostgresDrainStore;
import io.moor.gateway.group.Group;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.protocol.ObservedShipper;
import io.moor.gateway.protocol.ObservedStream;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volume;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Puts together what the API shows of an object and what is around it. */
public final class Views {

    private final PostgresInstanceStore instances;
    private final PostgresVolumeStore volumes;
    private final PostgresAttachmentStore attachments;
    private final PostgresDrainStore drains;
    private final Json json;

    public Views(
            PostgresInstanceStore instances,
            PostgresVolumeStore volumes,
            PostgresAttachmentStore attachments,
            PostgresDrainStore drains,
            Json json) {
        this.instances = instances;
        this.volumes = volumes;
        this.attachments = attachments;
        this.drains = drains;
        this.json = json;
    }

    VolumeView volume(Transaction tx, Volume volume) {
        Attachment last = attachments.atEpoch(tx, volume.volume(), volume.epoch()).orElse(null);
        Instance holder =
                last == null || !last.live()
                        ? null
                        : instances.find(tx, last.incarnation()).orElse(null);
        return VolumeView.of(volume, last, holder);
    }

    InstanceView instance(Transaction tx, Instance instance) {
        return InstanceView.of(
                instance,
                attachments.liveOf(tx, instance.incarnation()).stream()
                        .map(AttachmentView::of)
                        .toList(),
                json.readList(instances.streams(tx, instance.incarnation()), ObservedStream.class),
                json.readList(
                        instances.shippers(tx, instance.incarnation()), ObservedShipper.class),
                drains.latest(tx, instance.incarnation())
                        .map(drain -> DrainView.of(drain, instance))
                        .orElse(null));
    }

    List<SlotView> slots(Transaction tx, Group group) {
        Map<Integer, Instance> holders = new HashMap<>();
        instances
                .inSlots(tx, group.group())
                .forEach(instance -> holders.put(instance.slot().index(), instance));
        Map<Integer, List<VolumeView>> bySlot =
                volumes.ofGroup(tx, group.group()).stream()
                        .map(volume -> volume(tx, volume))
                        .filter(view -> view.slot() != null)
                        .collect(Collectors.groupingBy(view -> view.slot()));
        return IntStream.range(0, group.slots())
                .mapToObj(slot ->
                        SlotView.of(
                                group,
                                slot,
                                holders.get(slot),
                                bySlot.getOrDefault(slot, List.of())))
                .toList();
    }
}
