package io.moor.gateway.api;

import io.moor.gateway.attachment.Attachments;
import io.moor.gateway.attachment.PostgresAttachmentStore;
import io.moor.gateway.database.Database;
import io.moor.gateway.http.Blocking;
import io.moor.gateway.http.IdempotentChanges;
import io.moor.gateway.http.Page;
import io.moor.gateway.http.Reply;
import io.moor.gateway.http.Request;
import io.moor.gateway.http.Routes;
import io.moor.gateway.problem.Problem;

/** Attachments: looking at them, ending them. */
public final class AttachmentRoutes {

    private record EvictRequest(String operator, String reason) {}

    private final Database database;
    private final Blocking blocking;
    private final IdempotentChanges changes;
    private final PostgresAttachmentStore store;
    private final Attachments attachments;

    public AttachmentRoutes(
            Database database,
            Blocking blocking,
            IdempotentChanges changes,
            PostgresAttachmentStore store,
            Attachments attachments) {
        this.database = database;
        this.blocking = blocking;
        this.changes = changes;
        this.store = store;
        this.attachments = attachments;
    }

    public void mount(Routes routes) {
        routes.on("listAttachments", this::list)
                .on("getAttachment", this::get)
                .on("detachVolume", this::detach)
                .on("evictAttachment", this::evict);
    }

    private Reply list(Request request) {
        Page.Wanted wanted = request.page();
        Page.TimeAndId after = wanted.timeAndId();
        boolean endedToo = request.flag("ended");
        var rows =
                blocking.call(() ->
                        database.transact(tx ->
                                store.page(tx, after.time(), after.id(), endedToo, wanted.rows())));
        return Reply.ok(
                Page.of(
                        rows,
                        wanted,
                        row -> Page.TimeAndId.position(row.createdAt(), row.attachment()),
                        AttachmentView::of));
    }

    private Reply get(Request request) {
        String id = request.path("attachment");
        var attachment =
                blocking.call(() ->
                        database.transact(tx ->
                                store.find(tx, id)
                                        .orElseThrow(() -> Problem.notFound("attachment", id))));
        return Reply.ok(AttachmentView.of(attachment));
    }

    private Reply detach(Request request) {
        var attachment =
                blocking.call(() ->
                        database.transact(tx ->
                                attachments.detach(
                                        tx, request.actor(), request.path("attachment"))));
        return Reply.of(202, AttachmentView.of(attachment));
    }

    private Reply evict(Request request) {
        EvictRequest wanted = request.body(EvictRequest.class);
        return blocking.call(() ->
                changes.run(
                        request,
                        tx ->
                                Reply.ok(
                                        AttachmentView.of(
                                                attachments.evict(
                                                        tx,
                                                        request.actor(),
                                                        request.path("attachment"),
                                                        wanted.operator(),
                                                        wanted.reason())))));
    }
}
