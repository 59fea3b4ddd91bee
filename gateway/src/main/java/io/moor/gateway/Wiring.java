package io.moor.gateway;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.moor.gateway.access.Token;
import io.moor.gateway.access.Tokens;
import io.moor.gateway.api.AttachmentRoutes;
import io.moor.gateway.api.EventRoutes;
import io.moor.gateway.api.GroupRoutes;
import io.moor.gateway.api.InstanceRoutes;
import io.moor.gateway.api.SyncRoutes;
import io.moor.gateway.api.Views;
import io.moor.gateway.api.VolumeRoutes;
import io.moor.gateway.attachment.Attachments;
import io.moor.gateway.attachment.ClaimWork;
import io.moor.gateway.attachment.Eviction;
import io.moor.gateway.attachment.Ownership;
import io.moor.gateway.attachment.PostgresAttachmentStore;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.Database;
import io.moor.gateway.database.Json;
import io.moor.gateway.drain.Drains;
import io.moor.gateway.drain.PostgresDrainStore;
import io.moor.gateway.event.LifecycleEvents;
import io.moor.gateway.event.PostgresEventStore;
import io.moor.gateway.group.Groups;
import io.moor.gateway.group.PostgresGroupStore;
import io.moor.gateway.http.Blocking;
import io.moor.gateway.http.IdempotentChanges;
import io.moor.gateway.http.Routes;
import io.moor.gateway.http.SystemRoutes;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.reconcile.Reconciler;
import io.moor.gateway.registration.Registration;
import io.moor.gateway.sync.Observations;
import io.moor.gateway.sync.ProviderDirectory;
import io.moor.gateway.sync.Sync;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volumes;
import io.moor.volumes.VolumeException;
import io.moor.volumes.VolumeProvider;
import io.moor.volumes.VolumeProviders;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Puts a gateway's parts together; the only place that knows all of them. */
final class Wiring {

    /** Longest time between two looks of the reconciler; signals make it shorter. */
    private static final Duration RECONCILER_PERIOD = Duration.ofSeconds(1);

    private final Database database;
    private final Json json = new Json();
    private final Blocking blocking = new Blocking();
    private final Changes changes;
    private final Tokens tokens;
    private final Reconciler reconciler;
    private final Routes routes = new Routes();
    private final Vertx vertx;

    Wiring(
            GatewayConfig config,
            Database database,
            PrometheusMeterRegistry meters,
            BooleanSupplier stopping) {
        this.database = database;
        this.changes = new Changes(database);
        this.tokens = new Tokens(database, new Token(config.token().reveal()));
        Duration ttl = config.lease().ttl();
        var audit = new PostgresAuditLog(json);
        var groupStore = new PostgresGroupStore(json);
        var instances = new PostgresInstanceStore(ttl);
        var volumeStore = new PostgresVolumeStore();
        var attachmentStore = new PostgresAttachmentStore();
        var drainStore = new PostgresDrainStore(json);
        var ownership = new Ownership(volumeStore, attachmentStore, instances, audit);
        var eviction = new Eviction(ownership, attachmentStore, instances, audit);
        var volumes = new Volumes(volumeStore, audit, config.providers().keySet());
        var drains = new Drains(instances, attachmentStore, drainStore, audit, json);
        var views = new Views(instances, volumeStore, attachmentStore, drainStore, json);
        var idempotent = new IdempotentChanges(database, json);
        var claims = new ClaimWork(volumes, volumeStore, instances, ownership);
        this.reconciler =
                new Reconciler(
                        database,
                        changes,
                        claims,
                        volumeStore,
                        instances,
                        audit,
                        providers(config),
                        meters,
                        RECONCILER_PERIOD);
        new GroupRoutes(
                        database,
                        blocking,
                        idempotent,
                        groupStore,
                        new Groups(groupStore, instances, audit, config.providers().keySet()),
                        views)
                .mount(routes);
        new InstanceRoutes(
                        database,
                        blocking,
                        idempotent,
                        instances,
                        drainStore,
                        new Registration(groupStore, instances, volumeStore, audit, ttl),
                        drains,
                        views)
                .mount(routes);
        var sync =
                new Sync(
                        instances,
                        attachmentStore,
                        volumeStore,
                        drainStore,
                        drains,
                        new Observations(
                                attachmentStore, volumeStore, drainStore, ownership, audit),
                        places(config),
                        ttl,
                        json);
        new SyncRoutes(database, blocking, changes, sync, stopping, meters).mount(routes);
        var attachments =
                new Attachments(
                        ownership,
                        eviction,
                        attachmentStore,
                        instances,
                        volumeStore,
                        groupStore,
                        volumes);
        new VolumeRoutes(database, blocking, idempotent, volumeStore, volumes, attachments, views)
                .mount(routes);
        new AttachmentRoutes(database, blocking, idempotent, attachmentStore, attachments)
                .mount(routes);
        new EventRoutes(
                        database,
                        blocking,
                        new LifecycleEvents(new PostgresEventStore(), instances, eviction, audit),
                        audit)
                .mount(routes);
        new SystemRoutes(database, blocking, meters, stopping).mount(routes);
        this.vertx = vertx(meters);
    }

    static Database database(GatewayConfig config, PrometheusMeterRegistry meters) {
        return new Database(config.database().forPool(), meters);
    }

    /** Request counts and times by route, and nothing that a caller could make grow. */
    private static Vertx vertx(PrometheusMeterRegistry meters) {
        var metrics =
                new MicrometerMetricsOptions()
                        .setEnabled(true)
                        .addDisabledMetricsCategory(MetricsDomain.NAMED_POOLS)
                        .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
                        .addDisabledMetricsCategory(MetricsDomain.VERTICLES)
                        .setLabels(
                                EnumSet.of(Label.HTTP_METHOD, Label.HTTP_CODE, Label.HTTP_ROUTE));
        var options =
                new VertxOptions()
                        .setMetricsOptions(metrics)
                        .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false));
        return Vertx.builder()
                .with(options)
                .withMetrics(new MicrometerMetricsFactory(meters))
                .build();
    }

    private static Map<String, VolumeProvider> providers(GatewayConfig config) {
        return config.providers().entrySet().stream()
                .collect(
                        Collectors.toUnmodifiableMap(
                                Map.Entry::getKey,
                                entry -> provider(entry.getKey(), entry.getValue())));
    }

    private static VolumeProvider provider(String name, ProviderConfig config) {
        try {
            return VolumeProviders.open(typeName(config), config.root());
        } catch (VolumeException e) {
            throw new GatewayException(
                    "provider '" + name + "' cannot be used: " + e.getMessage(), e);
        }
    }

    private static ProviderDirectory places(GatewayConfig config) {
        return new ProviderDirectory(
                config.providers().entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey,
                                        entry ->
                                                new ProviderDirectory.Place(
                                                        typeName(entry.getValue()),
                                                        entry.getValue().root()))));
    }

    private static String typeName(ProviderConfig config) {
        return config.type().name().toLowerCase(Locale.ROOT);
    }

    /** Ends what was begun when the start fails. */
    void abandon() {
        changes.close();
        blocking.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    Database database() {
        return database;
    }

    Json json() {
        return json;
    }

    Blocking blocking() {
        return blocking;
    }

    Changes changes() {
        return changes;
    }

    Tokens tokens() {
        return tokens;
    }

    Reconciler reconciler() {
        return reconciler;
    }

    Routes routes() {
        return routes;
    }

    Vertx vertx() {
        return vertx;
    }
}
