package io.moor.gateway.attachment;

import io.moor.gateway.audit.Actor;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.group.Group;
import io.moor.gateway.group.PostgresGroupStore;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volume;
import io.moor.gateway.volume.VolumeState;
import io.moor.gateway.volume.Volumes;

/** What operators order about volumes and who uses them. */
public final class Attachments {

    private final Ownership ownership;
    private final Eviction eviction;
    private final PostgresAttachmentStore attachments;
    private final PostgresInstanceStore instances;
    private final PostgresVolumeStore volumeStore;
    private final PostgresGroupStore groups;
    private final Volumes volumes;

    public Attachments(
            Ownership ownership,
            Eviction eviction,
            PostgresAttachmentStore attachments,
            PostgresInstanceStore instances,
            PostgresVolumeStore volumeStore,
            PostgresGroupStore groups,
            Volumes volumes) {
        this.ownership = ownership;
        this.eviction = eviction;
        this.attachments = attachments;
        this.instances = instances;
        this.volumeStore = volumeStore;
        this.groups = groups;
        this.volumes = volumes;
    }

    /** Gives a volume of its own to an instance. */
    public Attachment attach(
            Transaction tx, Actor actor, String volumeId, String instanceId, Use use) {
        Instance taker =
                instances
                        .living(tx, instanceId)
                        .flatMap(found -> instances.lock(tx, found.incarnation()))
                        .orElseThrow(() -> Problem.notFound("living instance", instanceId));
        Volume volume = lock(tx, volumeId);
        if (volume.owner() != null) {
            throw Problem.conflict(
                    "Volume '%s' belongs to slot %s/%d and follows it; it cannot be attached by hand."
                            .formatted(volumeId, volume.owner().group(), volume.owner().slot()));
        }
        return switch (ownership.plan(tx, volume, taker)) {
            case GrantPlan.Grant grant ->
                    ownership
                            .grant(tx, actor, volume, taker, use, grant)
                            .flatMap(id -> attachments.find(tx, id))
                            .orElseThrow();
            case GrantPlan.Held held -> alreadyThere(tx, volume, use);
            case GrantPlan.Wait wait ->
                    throw new Problem(
                                    wait.soon()
                                            ? ProblemType.VOLUME_NOT_READY
                                            : ProblemType.CONFLICT,
                                    "Volume '%s' cannot be attached now: %s."
                                            .formatted(volumeId, wait.why()))
                            .with("volume", volumeId);
        };
    }

    private Attachment alreadyThere(Transaction tx, Volume volume, Use use) {
        Attachment current = attachments.atEpoch(tx, volume.volume(), volume.epoch()).orElseThrow();
        boolean same =
                current.path().equals(use.path())
                        && current.readOnly() == use.readOnly()
                        && current.state() != AttachmentState.DETACHING;
        if (!same) {
            throw Problem.conflict(
                            "Volume '%s' is %s on %s at '%s' already; detach it first."
                                    .formatted(
                                            volume.volume(),
                                            current.state(),
                                            current.instance(),
                                            current.path()))
                    .with("attachment", current.attachment());
        }
        return current;
    }

    /** Orders a graceful detach; repeating it changes nothing. */
    public Attachment detach(Transaction tx, Actor actor, String id) {
        Attachment attachment = lockHolder(tx, id);
        Volume volume = volumeStore.find(tx, attachment.volume()).orElseThrow();
        if (volume.owner() != null && attachment.live()) {
            throw Problem.conflict(
                            "Volume '%s' belongs to slot %s/%d; drain %s to take it off."
                                    .formatted(
                                            volume.volume(),
                                            volume.owner().group(),
                                            volume.owner().slot(),
                                            attachment.instance()))
                    .with("instance", attachment.instance());
        }
        if (attachment.state() == AttachmentState.ATTACHING
                || attachment.state() == AttachmentState.ATTACHED) {
            ownership.orderDetach(tx, actor, attachment, "asked for");
        }
        return attachments.find(tx, id).orElseThrow();
    }

    /** Takes a volume away on a named person's word; repeating it changes nothing. */
    public Attachment evict(
            Transaction tx, Actor actor, String id, String operator, String reason) {
        Attachment attachment = lockHolder(tx, id);
        if (attachment.live()) {
            Instance holder = instances.lock(tx, attachment.incarnation()).orElseThrow();
            eviction.byOperator(
                    tx,
                    actor,
                    holder,
                    attachment,
                    operator + " vouches that it is not written any more: " + reason);
        }
        return attachments.find(tx, id).orElseThrow();
    }

    /** Orders the deletion of a volume; repeating it changes nothing. */
    public Volume deleteVolume(Transaction tx, Actor actor, String id) {
        Volume volume = lock(tx, id);
        if (volume.state() == VolumeState.DELETING || volume.state() == VolumeState.DELETED) {
            return volume;
        }
        attachments
                .atEpoch(tx, id, volume.epoch())
                .filter(Attachment::live)
                .ifPresent(holder -> {
                    throw Problem.conflict(
                                    "Volume '%s' is %s on %s; detach it first."
                                            .formatted(id, holder.state(), holder.instance()))
                            .with("attachment", holder.attachment());
                });
        Volume.Owner owner = volume.owner();
        if (owner != null && needed(tx, owner)) {
            throw Problem.conflict(
                    "Volume '%s' is claim '%s' of slot %s/%d; take the claim or the slot out of the group first."
                            .formatted(id, owner.claim(), owner.group(), owner.slot()));
        }
        volumes.delete(tx, actor, volume);
        return volumeStore.find(tx, id).orElseThrow();
    }

    private boolean needed(Transaction tx, Volume.Owner owner) {
        return groups.lock(tx, owner.group())
                .map(Group::spec)
                .filter(spec -> owner.slot() < spec.slots())
                .filter(spec ->
                        spec.claims().stream()
                                .anyMatch(claim -> claim.name().equals(owner.claim())))
                .isPresent();
    }

    private Volume lock(Transaction tx, String id) {
        return volumeStore.lock(tx, id).orElseThrow(() -> Problem.notFound("volume", id));
    }

    /** Locks the holder before reading, as everybody does who ends attachments. */
    private Attachment lockHolder(Transaction tx, String id) {
        Attachment attachment =
                attachments.find(tx, id).orElseThrow(() -> Problem.notFound("attachment", id));
        instances.lock(tx, attachment.incarnation());
        return attachments.find(tx, id).orElseThrow();
    }
}
