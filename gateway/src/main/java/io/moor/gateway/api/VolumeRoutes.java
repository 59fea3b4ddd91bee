package io.moor.gateway.api;

import io.moor.gateway.attachment.Attachments;
import io.moor.gateway.attachment.Use;
import io.moor.gateway.database.Database;
import io.moor.gateway.http.Blocking;
import io.moor.gateway.http.IdempotentChanges;
import io.moor.gateway.http.Page;
import io.moor.gateway.http.Reply;
import io.moor.gateway.http.Request;
import io.moor.gateway.http.Routes;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volume;
import io.moor.gateway.volume.Volumes;

import org.jspecify.annotations.Nullable;

/** Volumes, and giving them to instances. */
public final class VolumeRoutes {

    private record VolumeRequest(String name, String provider, long sizeBytes) {}

    private record AttachRequest(String instance, String path, @Nullable Boolean readOnly) {

        Use use() {
            return new Use(path, Boolean.TRUE.equals(readOnly));
        }
    }

    private final Database database;
    private final Blocking blocking;
    private final IdempotentChanges changes;
    private final PostgresVolumeStore store;
    private final Volumes volumes;
    private final Attachments attachments;
    private final Views views;

    public VolumeRoutes(
            Database database,
            Blocking blocking,
            IdempotentChanges changes,
            PostgresVolumeStore store,
            Volumes volumes,
            Attachments attachments,
            Views views) {
        this.database = database;
        this.blocking = blocking;
        this.changes = changes;
        this.store = store;
        this.volumes = volumes;
        this.attachments = attachments;
        this.views = views;
    }

    public void mount(Routes routes) {
        routes.on("listVolumes", this::list)
                .on("createVolume", this::create)
                .on("getVolume", this::get)
                .on("deleteVolume", this::delete)
                .on("attachVolume", this::attach);
    }

    private Reply list(Request request) {
        Page.Wanted wanted = request.page();
        boolean deletedToo = request.flag("deleted");
        return blocking.call(() ->
                database.transact(tx ->
                        Reply.ok(
                                Page.of(
                                        store.page(tx, wanted.after(), deletedToo, wanted.rows()),
                                        wanted,
                                        Volume::volume,
                                        row -> views.volume(tx, row)))));
    }

    private Reply create(Request request) {
        VolumeRequest wanted = request.body(VolumeRequest.class);
        return blocking.call(() ->
                changes.run(
                        request,
                        tx ->
                                Reply.of(
                                        202,
                                        views.volume(
                                                tx,
                                                volumes.create(
                                                        tx,
                                                        request.actor(),
                                                        wanted.name(),
                                                        wanted.provider(),
                                                        wanted.sizeBytes())))));
    }

    private Reply get(Request request) {
        String id = request.path("volume");
        return blocking.call(() ->
                database.transact(tx ->
                        Reply.ok(
                                views.volume(
                                        tx,
                                        store.find(tx, id)
                                                .orElseThrow(
                                                        () -> Problem.notFound("volume", id))))));
    }

    private Reply delete(Request request) {
        return blocking.call(() ->
                database.transact(tx ->
                        Reply.of(
                                202,
                                views.volume(
                                        tx,
                                        attachments.deleteVolume(
                                                tx, request.actor(), request.path("volume"))))));
    }

    private Reply attach(Request request) {
        AttachRequest wanted = request.body(AttachRequest.class);
        return blocking.call(() ->
                changes.run(
                        request,
                        tx ->
                                Reply.of(
                                        202,
                                        AttachmentView.of(
                                                attachments.attach(
                                                        tx,
                                                        request.actor(),
                                                        request.path("volume"),
                                                        wanted.instance(),
                                                        wanted.use())))));
    }
}
