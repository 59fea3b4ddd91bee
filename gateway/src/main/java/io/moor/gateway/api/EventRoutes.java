package io.moor.gateway.api;

import io.moor.gateway.audit.AuditEntry;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Database;
import io.moor.gateway.event.CloudEvent;
import io.moor.gateway.event.LifecycleEvents;
import io.moor.gateway.http.Blocking;
import io.moor.gateway.http.Page;
import io.moor.gateway.http.Reply;
import io.moor.gateway.http.Request;
import io.moor.gateway.http.Routes;
import io.moor.gateway.problem.Problem;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Objects;

/** Lifecycle events in, and the change log out. */
public final class EventRoutes {

    private final Database database;
    private final Blocking blocking;
    private final LifecycleEvents events;
    private final PostgresAuditLog audit;

    public EventRoutes(
            Database database, Blocking blocking, LifecycleEvents events, PostgresAuditLog audit) {
        this.database = database;
        this.blocking = blocking;
        this.events = events;
        this.audit = audit;
    }

    public void mount(Routes routes) {
        routes.on("sendEvent", this::send).on("listEvents", this::list);
    }

    private Reply send(Request request) {
        CloudEvent event = event(request.object());
        return Reply.of(
                202,
                blocking.call(
                        () -> database.transact(tx -> events.accept(tx, event, request.text()))));
    }

    private static CloudEvent event(JsonObject json) {
        JsonObject data = json.getValue("data") instanceof JsonObject object ? object : null;
        String time = json.getString("time");
        try {
            return new CloudEvent(
                    json.getString("id"),
                    json.getString("source"),
                    json.getString("type"),
                    json.getString("subject"),
                    time == null ? null : OffsetDateTime.parse(time).toInstant(),
                    text(data, "bootId"),
                    text(data, "incarnation"),
                    Objects.requireNonNullElse(text(data, "reason"), ""));
        } catch (DateTimeParseException e) {
            throw Problem.invalid("The event's time is not RFC 3339: '" + time + "'.");
        }
    }

    private static @Nullable String text(@Nullable JsonObject data, String name) {
        return data != null && data.getValue(name) instanceof String text ? text : null;
    }

    private Reply list(Request request) {
        Page.Wanted wanted = request.page();
        long before = wanted.number();
        var rows =
                blocking.call(() -> database.transact(tx -> audit.page(tx, before, wanted.rows())));
        return Reply.ok(
                Page.<AuditEntry, AuditEntry>of(
                        rows, wanted, row -> Long.toString(row.id()), row -> row));
    }
}
