package io.moor.gateway.attachment;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.RandomId;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volume;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The only code that starts and ends attachments. Each method is one step inside a transaction of
 * the caller: compare-and-set, the audit record, and the signal to whoever waits.
 */
public final class Ownership {

    private static final String OBJECT = "attachment";

    private final PostgresVolumeStore volumes;
    private final PostgresAttachmentStore attachments;
    private final PostgresInstanceStore instances;
    private final PostgresAuditLog audit;

    public Ownership(
            PostgresVolumeStore volumes,
            PostgresAttachmentStore attachments,
            PostgresInstanceStore instances,
            PostgresAuditLog audit) {
        this.volumes = volumes;
        this.attachments = attachments;
        this.instances = instances;
        this.audit = audit;
    }

    /** What would happen if the volume were to be given to this instance now. */
    public GrantPlan plan(Transaction tx, Volume volume, @Nullable Instance taker) {
        return GrantPlan.decide(
                volume,
                attachments.atEpoch(tx, volume.volume(), volume.epoch()).orElse(null),
                taker);
    }

    /**
     * Grants: the next epoch, an attachment with its proof, and a new revision for the instance.
     * Empty when somebody else was faster; the caller's locks on volume and instance are assumed.
     */
    public Optional<String> grant(
            Transaction tx,
            Actor actor,
            Volume volume,
            Instance taker,
            Use use,
            GrantPlan.Grant plan) {
        OptionalLong epoch = volumes.nextEpoch(tx, volume.volume(), plan.epoch());
        if (epoch.isEmpty()) {
            return Optional.empty();
        }
        String id = RandomId.of("at");
        FencingProof proof = plan.proof();
        attachments.insert(
                tx,
                id,
                volume.volume(),
                taker.incarnation(),
                use,
                epoch.getAsLong(),
                proof,
                volume.dirty());
        instances.bump(tx, taker.incarnation());
        audit.record(
                tx,
                actor,
                new Change(
                        "attachment.granted",
                        OBJECT,
                        id,
                        Map.of(),
                        fields(
                                "volume", volume.volume(),
                                "instance", taker.instance(),
                                "incarnation", taker.incarnation(),
                                "epoch", epoch.getAsLong(),
                                "state", AttachmentState.ATTACHING,
                                "proof", proof.kind(),
                                "previous", proof.previous(),
                                "dirty", volume.dirty()),
                        proof.kind() + ": " + proof.detail()));
        return Optional.of(id);
    }

    /** The sidecar uses the volume now; what was dirty has been checked. */
    public boolean attached(Transaction tx, Actor actor, Attachment seen, String check) {
        if (!attachments.attached(tx, seen, check.isEmpty() ? null : check)) {
            return false;
        }
        if (seen.dirty()) {
            volumes.markDirty(tx, seen.volume(), seen.epoch(), false);
        }
        audit.record(
                tx,
                actor,
                new Change(
                        "attachment.attached",
                        OBJECT,
                        seen.attachment(),
                        fields("state", seen.state()),
                        fields("state", AttachmentState.ATTACHED, "check", check),
                        seen.dirty() ? "checked and attached" : "attached"));
        return true;
    }

    /** Orders a graceful detach; false when it is under way or over. */
    public boolean orderDetach(Transaction tx, Actor actor, Attachment seen, String why) {
        long revision = instances.bump(tx, seen.incarnation());
        if (!attachments.detaching(tx, seen, revision)) {
            return false;
        }
        audit.record(
                tx,
                actor,
                new Change(
                        "attachment.detach-ordered",
                        OBJECT,
                        seen.attachment(),
                        fields("state", seen.state()),
                        fields("state", AttachmentState.DETACHING),
                        why));
        return true;
    }

    /**
     * Ends an attachment: released, or taken away with a proof. After any proof but a release the
     * volume is dirty.
     */
    public boolean end(Transaction tx, Actor actor, Attachment seen, Attachment.End end) {
        if (!attachments.end(tx, seen, end)) {
            return false;
        }
        if (!end.kind().leavesClean() && !seen.readOnly()) {
            volumes.markDirty(tx, seen.volume(), seen.epoch(), true);
        }
        instances.bump(tx, seen.incarnation());
        Changes.announce(tx, Changes.WORK);
        audit.record(
                tx,
                actor,
                new Change(
                        end.kind() == ProofKind.RELEASED
                                ? "attachment.released"
                                : "attachment.evicted",
                        OBJECT,
                        seen.attachment(),
                        fields("state", seen.state()),
                        fields("state", AttachmentState.DETACHED, "proof", end.kind()),
                        end.detail()));
        return true;
    }

    /** Keeps what the sidecar could not do. */
    public void failed(Transaction tx, Actor actor, Attachment seen, String why) {
        if (attachments.failed(tx, seen, why)) {
            audit.record(
                    tx,
                    actor,
                    new Change(
                            "attachment.failed",
                            OBJECT,
                            seen.attachment(),
                            fields("lastFailure", seen.lastFailure()),
                            fields("lastFailure", why),
                            why));
        }
    }
}
