package io.moor.gateway.sync;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.attachment.Attachment;
import io.moor.gateway.attachment.Observation;
import io.moor.gateway.attachment.Ownership;
import io.moor.gateway.attachment.PostgresAttachmentStore;
import io.moor.gateway.attachment.ProofKind;
import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.drain.PostgresDrainStore;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.protocol.ObservedAttachment;
import io.moor.gateway.protocol.SyncRequest;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volume;
import io.moor.gateway.volume.VolumeState;

import java.util.Map;
import java.util.Optional;

/** Applies what a sidecar observed, one attachment at a time, by compare-and-set. */
public final class Observations {

    private final PostgresAttachmentStore attachments;
    private final PostgresVolumeStore volumes;
    private final PostgresDrainStore drains;
    private final Ownership ownership;
    private final PostgresAuditLog audit;

    public Observations(
            PostgresAttachmentStore attachments,
            PostgresVolumeStore volumes,
            PostgresDrainStore drains,
            Ownership ownership,
            PostgresAuditLog audit) {
        this.attachments = attachments;
        this.volumes = volumes;
        this.drains = drains;
        this.ownership = ownership;
        this.audit = audit;
    }

    void apply(Transaction tx, Instance instance, SyncRequest request) {
        if (request.attachments().isEmpty()) {
            return;
        }
        long drainRevision =
                drains.firstRevision(tx, instance.incarnation()).orElse(Long.MAX_VALUE);
        for (ObservedAttachment observed : request.attachments()) {
            apply(tx, instance, observed, request.seenRevision(), drainRevision);
        }
    }

    private void apply(
            Transaction tx,
            Instance instance,
            ObservedAttachment observed,
            long seenRevision,
            long drainRevision) {
        Actor actor = Actor.instance(instance.instance());
        Optional<Attachment> own =
                attachments
                        .find(tx, observed.attachment())
                        .filter(found -> found.incarnation().equals(instance.incarnation()));
        if (own.isEmpty()) {
            late(tx, actor, observed, "this instance never had such an attachment");
            return;
        }
        Attachment current = own.get();
        long letGo =
                current.detachRevision() == null
                        ? drainRevision
                        : Math.min(current.detachRevision(), drainRevision);
        switch (Observation.decide(current, observed, seenRevision, letGo)) {
            case Observation.Nothing nothing -> {}
            case Observation.Attached attached -> {
                if (!ownership.attached(tx, actor, current, attached.check())) {
                    late(tx, actor, observed, "it is not being attached any more");
                }
            }
            case Observation.Released released -> {
                var end =
                        new Attachment.End(
                                ProofKind.RELEASED,
                                "the sidecar of " + instance.instance() + " confirmed the unmount");
                if (!ownership.end(tx, actor, current, end)) {
                    late(tx, actor, observed, "it had ended already");
                }
            }
            case Observation.Failed failed -> ownership.failed(tx, actor, current, failed.why());
            case Observation.Late late -> late(tx, actor, observed, late.why());
            case Observation.FromTheFuture future -> quarantine(tx, actor, current, future.why());
        }
    }

    private void late(Transaction tx, Actor actor, ObservedAttachment observed, String why) {
        audit.recordIgnored(
                tx,
                actor,
                new Change(
                        "attachment.late-report",
                        "attachment",
                        observed.attachment(),
                        Map.of(),
                        Map.of(),
                        why),
                "late:%s:%d:%s:%s"
                        .formatted(
                                observed.attachment(),
                                observed.epoch(),
                                observed.state(),
                                actor.name()));
    }

    /** This database is older than the world: nothing more is granted of this volume (I3). */
    private void quarantine(Transaction tx, Actor actor, Attachment current, String why) {
        Volume volume = volumes.lock(tx, current.volume()).orElseThrow();
        if (volume.state() != VolumeState.AVAILABLE
                || !volumes.move(tx, volume, VolumeState.QUARANTINED, why)) {
            return;
        }
        audit.record(
                tx,
                actor,
                new Change(
                        "volume.quarantined",
                        "volume",
                        volume.volume(),
                        fields("state", volume.state()),
                        fields("state", VolumeState.QUARANTINED),
                        why));
    }
}
