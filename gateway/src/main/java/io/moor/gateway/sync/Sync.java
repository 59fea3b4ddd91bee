package io.moor.gateway.sync;

import io.moor.gateway.access.Caller;
import io.moor.gateway.attachment.Attachment;
import io.moor.gateway.attachment.AttachmentState;
import io.moor.gateway.attachment.PostgresAttachmentStore;
import io.moor.gateway.database.Json;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.drain.Drains;
import io.moor.gateway.drain.PostgresDrainStore;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.gateway.protocol.DrainOrder;
import io.moor.gateway.protocol.SyncRequest;
import io.moor.gateway.protocol.SyncResponse;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volume;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * What happens when a sidecar reports, and what it is told. Each method is one transaction's work.
 */
public final class Sync {

    private final PostgresInstanceStore instances;
    private final PostgresAttachmentStore attachments;
    private final PostgresVolumeStore volumes;
    private final PostgresDrainStore drainStore;
    private final Drains drains;
    private final Observations observations;
    private final ProviderDirectory providers;
    private final Duration leaseTtl;
    private final Json json;

    public Sync(
            PostgresInstanceStore instances,
            PostgresAttachmentStore attachments,
            PostgresVolumeStore volumes,
            PostgresDrainStore drainStore,
            Drains drains,
            Observations observations,
            ProviderDirectory providers,
            Duration leaseTtl,
            Json json) {
        this.instances = instances;
        this.attachments = attachments;
        this.volumes = volumes;
        this.drainStore = drainStore;
        this.drains = drains;
        this.observations = observations;
        this.providers = providers;
        this.leaseTtl = leaseTtl;
        this.json = json;
    }

    /** Longest time that a sync waits, so that a lease is renewed three times in its life. */
    public Duration longestWait() {
        return leaseTtl.dividedBy(3);
    }

    /** Renews the lease, applies what is observed, and returns what is desired now. */
    public SyncResponse arrive(Transaction tx, Caller.Instance caller, SyncRequest request) {
        if (!caller.incarnation().equals(request.incarnation())) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "This token belongs to incarnation "
                            + caller.incarnation()
                            + ", not to "
                            + request.incarnation()
                            + ".");
        }
        Instance instance =
                instances
                        .renew(tx, caller.incarnation())
                        .orElseThrow(() -> ended(tx, caller.incarnation()));
        instances.report(
                tx,
                instance.incarnation(),
                json.write(request.streams()),
                json.write(request.shippers()));
        observations.apply(tx, instance, request);
        if (request.drain() != null) {
            drains.accept(tx, instance, request.drain());
        }
        if (instance.state() == InstanceState.DRAINING) {
            drains.settle(tx, instance);
        }
        return desired(tx, caller.incarnation());
    }

    /** What is desired now. */
    public SyncResponse desired(Transaction tx, String incarnation) {
        Instance instance =
                instances
                        .find(tx, incarnation)
                        .filter(found -> found.state() != InstanceState.TERMINATED)
                        .orElseThrow(() -> ended(tx, incarnation));
        List<DesiredAttachment> desired =
                attachments.liveOf(tx, incarnation).stream()
                        .map(attachment -> desired(tx, attachment))
                        .toList();
        return new SyncResponse(
                instance.revision(), leaseTtl.toMillis(), desired, order(tx, instance));
    }

    private DesiredAttachment desired(Transaction tx, Attachment attachment) {
        Volume volume = volumes.find(tx, attachment.volume()).orElseThrow();
        ProviderDirectory.Place place = providers.of(volume.provider());
        return new DesiredAttachment(
                attachment.attachment(),
                attachment.volume(),
                attachment.epoch(),
                volume.claim(),
                attachment.path(),
                place.type(),
                place.root().toString(),
                attachment.readOnly(),
                attachment.dirty(),
                attachment.state() == AttachmentState.DETACHING
                        ? DesiredAttachment.State.DETACHED
                        : DesiredAttachment.State.ATTACHED);
    }

    private @Nullable DrainOrder order(Transaction tx, Instance instance) {
        if (instance.state() == InstanceState.ACTIVE) {
            return null;
        }
        return drainStore
                .latest(tx, instance.incarnation())
                .map(drain -> new DrainOrder(drain.drain(), drain.timeout().toMillis()))
                .orElse(null);
    }

    private Problem ended(Transaction tx, String incarnation) {
        String why =
                instances
                        .find(tx, incarnation)
                        .map(instance -> String.valueOf(instance.endReason()))
                        .orElse("it is not known");
        return new Problem(
                        ProblemType.INCARNATION_ENDED,
                        "This life of the instance is over: "
                                + why
                                + ". Stop the writers, unmount, and start the server anew.")
                .with("incarnation", incarnation);
    }
}
