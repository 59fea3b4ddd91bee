package io.moor.gateway.event;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.attachment.Eviction;
import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.PostgresInstanceStore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Takes lifecycle events in. The same event again changes nothing, whenever it comes. */
public final class LifecycleEvents {

    /**
     * What became of an event.
     *
     * @param result what was done with it
     * @param detail the same in words
     */
    public record Received(Result result, String detail) {

        /** What can become of an event. */
        public enum Result {
            APPLIED,
            IGNORED,
            DUPLICATE
        }
    }

    private final PostgresEventStore events;
    private final PostgresInstanceStore instances;
    private final Eviction eviction;
    private final PostgresAuditLog audit;

    public LifecycleEvents(
            PostgresEventStore events,
            PostgresInstanceStore instances,
            Eviction eviction,
            PostgresAuditLog audit) {
        this.events = events;
        this.instances = instances;
        this.eviction = eviction;
        this.audit = audit;
    }

    /**
     * @param text the event as it came, JSON
     */
    public Received accept(Transaction tx, CloudEvent event, String text) {
        if (!events.insert(tx, event, text)) {
            return new Received(
                    Received.Result.DUPLICATE,
                    "received before: " + events.result(tx, event).orElse(""));
        }
        Received received =
                event.type().equals(CloudEvent.TERMINATED)
                        ? terminated(tx, event)
                        : new Received(
                                Received.Result.IGNORED,
                                "nothing is done with events of type " + event.type());
        events.result(tx, event, received.detail());
        audit.record(
                tx,
                Actor.event(event.source(), event.id()),
                new Change(
                        "event.received",
                        "event",
                        event.source() + "/" + event.id(),
                        Map.of(),
                        fields(
                                "type", event.type(),
                                "subject", event.subject(),
                                "result", received.result()),
                        received.detail()));
        return received;
    }

    private Received terminated(Transaction tx, CloudEvent event) {
        String subject = Objects.requireNonNull(event.subject());
        List<Instance> lives = instances.lockNotTerminated(tx, subject);
        boolean onlyLife = instances.lives(tx, subject) == 1;
        var ended = new ArrayList<String>();
        var spared = new ArrayList<String>();
        for (Instance life : lives) {
            switch (Death.decide(event, life, onlyLife)) {
                case Death.Applies applies -> {
                    eviction.terminated(
                            tx, Actor.event(event.source(), event.id()), life, reason(event));
                    ended.add(life.incarnation());
                }
                case Death.OtherLife other -> spared.add(other.why());
            }
        }
        if (!ended.isEmpty()) {
            return new Received(
                    Received.Result.APPLIED,
                    subject + " is gone: ended " + String.join(", ", ended));
        }
        return new Received(
                Received.Result.IGNORED,
                spared.isEmpty()
                        ? "no living instance '" + subject + "' is known"
                        : String.join("; ", spared));
    }

    private static String reason(CloudEvent event) {
        return "event %s from %s says that the instance is gone%s"
                .formatted(
                        event.id(),
                        event.source(),
                        event.reason().isEmpty() ? "" : ": " + event.reason());
    }
}
