package io.moor.gateway.drain;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.attachment.PostgresAttachmentStore;
import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.Json;
import io.moor.gateway.database.RandomId;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.moor.gateway.protocol.DrainOutcome;
import io.moor.gateway.protocol.ObservedStream;

import java.time.Duration;
import java.util.Map;

/** Orders drains, and turns the sidecar's answer into a receipt. */
public final class Drains {

    private final PostgresInstanceStore instances;
    private final PostgresAttachmentStore attachments;
    private final PostgresDrainStore drains;
    private final PostgresAuditLog audit;
    private final Json json;

    public Drains(
            PostgresInstanceStore instances,
            PostgresAttachmentStore attachments,
            PostgresDrainStore drains,
            PostgresAuditLog audit,
            Json json) {
        this.instances = instances;
        this.attachments = attachments;
        this.drains = drains;
        this.audit = audit;
        this.json = json;
    }

    /**
     * Orders a drain. An order that is not answered yet, or was answered completely, is returned as
     * it is; one that left something behind is followed by a new one. The caller has locked the
     * instance.
     */
    public Drain order(Transaction tx, Actor actor, Instance instance, Duration timeout) {
        if (instance.state() == InstanceState.TERMINATED) {
            throw new Problem(
                    ProblemType.INCARNATION_ENDED,
                    "%s is gone (%s); there is nothing to drain."
                            .formatted(instance.instance(), instance.endReason()));
        }
        Drain last = drains.latest(tx, instance.incarnation()).orElse(null);
        if (last != null && (last.receipt() == null || last.complete())) {
            return last;
        }
        instances.startDrain(tx, instance.incarnation());
        long revision = instances.bump(tx, instance.incarnation());
        String id = RandomId.of("dr");
        int number = last == null ? 1 : last.number() + 1;
        drains.insert(tx, id, instance.incarnation(), number, timeout, revision);
        audit.record(
                tx,
                actor,
                new Change(
                        "instance.drain-ordered",
                        "instance",
                        instance.instance(),
                        fields("state", instance.state()),
                        fields(
                                "state",
                                InstanceState.DRAINING,
                                "drain",
                                id,
                                "timeoutMs",
                                timeout.toMillis()),
                        number == 1
                                ? "asked for"
                                : "asked for again, the last one left something"));
        return drains.latest(tx, instance.incarnation()).orElseThrow();
    }

    /** Takes the sidecar's answer; a repeated or outdated one changes nothing. */
    public void accept(Transaction tx, Instance instance, DrainOutcome outcome) {
        Drain last = drains.latest(tx, instance.incarnation()).orElse(null);
        if (last == null || !last.drain().equals(outcome.drain())) {
            audit.recordIgnored(
                    tx,
                    Actor.instance(instance.instance()),
                    new Change(
                            "drain.outcome-ignored",
                            "instance",
                            instance.instance(),
                            Map.of(),
                            Map.of(),
                            "drain " + outcome.drain() + " is not the order that counts"),
                    "outcome:" + instance.incarnation() + ":" + outcome.drain());
            return;
        }
        drains.outcome(tx, last.drain(), outcome);
    }

    /**
     * Composes the receipt as soon as there is an outcome, and again while something is left: the
     * release of a volume may reach the gateway after the sidecar's answer.
     */
    public void settle(Transaction tx, Instance instance) {
        Drain last = drains.latest(tx, instance.incarnation()).orElse(null);
        if (last == null || last.outcome() == null || last.complete()) {
            return;
        }
        Receipt receipt =
                Receipt.compose(
                        instance,
                        last,
                        last.outcome(),
                        attachments.ofSince(
                                tx,
                                instance.incarnation(),
                                drains.firstOrder(tx, instance.incarnation())),
                        json.readList(
                                instances.streams(tx, instance.incarnation()),
                                ObservedStream.class),
                        instance.lease().readAt());
        if (!drains.receipt(tx, last.drain(), receipt)) {
            return;
        }
        Actor actor = Actor.instance(instance.instance());
        if (!receipt.complete()) {
            record(tx, actor, instance, receipt, InstanceState.DRAINING);
            return;
        }
        instances.end(
                tx,
                instance.incarnation(),
                InstanceState.DRAINING,
                InstanceState.DRAINED,
                "drained by " + last.drain());
        Changes.announce(tx, Changes.WORK);
        record(tx, actor, instance, receipt, InstanceState.DRAINED);
    }

    private void record(
            Transaction tx, Actor actor, Instance instance, Receipt receipt, InstanceState state) {
        audit.record(
                tx,
                actor,
                new Change(
                        receipt.complete() ? "instance.drained" : "instance.drain-incomplete",
                        "instance",
                        instance.instance(),
                        fields("state", instance.state()),
                        fields(
                                "state", state,
                                "drain", receipt.drain(),
                                "safeToDestroy", receipt.safeToDestroy()),
                        receipt.problems().isEmpty()
                                ? "everything was externalized"
                                : String.join("; ", receipt.problems())));
    }
}
