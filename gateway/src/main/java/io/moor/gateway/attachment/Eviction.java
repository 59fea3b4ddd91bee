package io.moor.gateway.attachment;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;
import io.moor.gateway.instance.PostgresInstanceStore;

/** Taking volumes away from an instance that does not release them, with a proof. */
public final class Eviction {

    private final Ownership ownership;
    private final PostgresAttachmentStore attachments;
    private final PostgresInstanceStore instances;
    private final PostgresAuditLog audit;

    public Eviction(
            Ownership ownership,
            PostgresAttachmentStore attachments,
            PostgresInstanceStore instances,
            PostgresAuditLog audit) {
        this.ownership = ownership;
        this.attachments = attachments;
        this.instances = instances;
        this.audit = audit;
    }

    /**
     * The instance is gone: everything is taken from it and it never gets anything again (I6). The
     * caller has locked the instance.
     */
    public void terminated(Transaction tx, Actor actor, Instance instance, String why) {
        for (Attachment attachment : attachments.liveOf(tx, instance.incarnation())) {
            ownership.end(tx, actor, attachment, new Attachment.End(ProofKind.TERMINATED, why));
        }
        terminate(tx, actor, instance, why);
    }

    /**
     * An operator vouches that the holder cannot write to this one volume any more. The holder gets
     * nothing again; when nothing is left to it, it counts as gone and its slot is free. The caller
     * has locked the instance.
     */
    public void byOperator(
            Transaction tx, Actor actor, Instance holder, Attachment attachment, String why) {
        ownership.end(tx, actor, attachment, new Attachment.End(ProofKind.OPERATOR, why));
        if (instances.evict(tx, holder.incarnation())) {
            audit.record(
                    tx,
                    actor,
                    new Change(
                            "instance.evicted",
                            "instance",
                            holder.instance(),
                            fields("evicted", false, "incarnation", holder.incarnation()),
                            fields("evicted", true, "incarnation", holder.incarnation()),
                            why));
        }
        if (attachments.liveOf(tx, holder.incarnation()).isEmpty() && holder.state().fillsSlot()) {
            terminate(tx, actor, holder, why);
        }
    }

    private void terminate(Transaction tx, Actor actor, Instance instance, String why) {
        if (!instances.end(
                tx, instance.incarnation(), instance.state(), InstanceState.TERMINATED, why)) {
            return;
        }
        Changes.announce(tx, instance.incarnation());
        Changes.announce(tx, Changes.WORK);
        audit.record(
                tx,
                actor,
                new Change(
                        "instance.terminated",
                        "instance",
                        instance.instance(),
                        fields("state", instance.state(), "incarnation", instance.incarnation()),
                        fields(
                                "state",
                                InstanceState.TERMINATED,
                                "incarnation",
                                instance.incarnation()),
                        why));
    }
}
