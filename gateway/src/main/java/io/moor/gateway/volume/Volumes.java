package io.moor.gateway.volume;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.RandomId;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.problem.Problem;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Set;

/** Says which volumes shall exist; the reconciler makes it so. */
public final class Volumes {

    private static final int SUFFIX = 8;

    private final PostgresVolumeStore volumes;
    private final PostgresAuditLog audit;
    private final Set<String> providers;

    public Volumes(PostgresVolumeStore volumes, PostgresAuditLog audit, Set<String> providers) {
        this.volumes = volumes;
        this.audit = audit;
        this.providers = Set.copyOf(providers);
    }

    /** A volume of its own, {@code NAME-} and a random suffix. */
    public Volume create(
            Transaction tx, Actor actor, String name, String provider, long sizeBytes) {
        if (!providers.contains(provider)) {
            throw Problem.invalid(
                    "Provider '%s' is not in the gateway's configuration; known: %s."
                            .formatted(provider, providers));
        }
        String id = name + "-" + RandomId.suffix(SUFFIX);
        if (!insert(tx, actor, id, null, provider, sizeBytes)) {
            throw new IllegalStateException("a random volume id exists already");
        }
        return volumes.find(tx, id).orElseThrow();
    }

    /** The volume of a slot's claim; false when it has one. */
    public boolean createForClaim(
            Transaction tx, Actor actor, Volume.Owner owner, String provider, long sizeBytes) {
        String id =
                "%s-%d-%s-%s"
                        .formatted(
                                owner.group(),
                                owner.slot(),
                                owner.claim(),
                                RandomId.suffix(SUFFIX));
        return insert(tx, actor, id, owner, provider, sizeBytes);
    }

    private boolean insert(
            Transaction tx,
            Actor actor,
            String id,
            Volume.@Nullable Owner owner,
            String provider,
            long sizeBytes) {
        if (!volumes.insert(tx, id, owner, provider, sizeBytes)) {
            return false;
        }
        audit.record(
                tx,
                actor,
                new Change(
                        "volume.requested",
                        "volume",
                        id,
                        Map.of(),
                        fields(
                                "state", VolumeState.CREATING,
                                "provider", provider,
                                "sizeBytes", sizeBytes,
                                "owner", owner),
                        owner == null
                                ? "asked for"
                                : "claim '%s' of slot %s/%d"
                                        .formatted(owner.claim(), owner.group(), owner.slot())));
        Changes.announce(tx, Changes.WORK);
        return true;
    }

    /** Orders the deletion of a locked volume that nobody holds. */
    public void delete(Transaction tx, Actor actor, Volume volume) {
        if (!volumes.move(tx, volume, VolumeState.DELETING, null)) {
            throw new IllegalStateException("a locked volume changed");
        }
        audit.record(
                tx,
                actor,
                new Change(
                        "volume.delete-ordered",
                        "volume",
                        volume.volume(),
                        fields("state", volume.state()),
                        fields("state", VolumeState.DELETING),
                        "asked for"));
        Changes.announce(tx, Changes.WORK);
    }
}
