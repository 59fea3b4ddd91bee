package io.moor.gateway.reconcile;

import static io.moor.gateway.audit.Change.fields;

import io.moor.gateway.audit.Actor;
import io.moor.gateway.audit.Change;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.Database;
import io.moor.gateway.database.DatabaseException;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.Volume;
import io.moor.gateway.volume.VolumeState;
import io.moor.volumes.VolumeException;
import io.moor.volumes.VolumeId;
import io.moor.volumes.VolumeProvider;
import io.moor.volumes.VolumeSpec;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Calls the provider for one volume. The intent is a committed row before the call (I7); one call
 * per volume is in flight over all gateways (I10), held by a session-level advisory lock: it lasts
 * as long as the call, costs no open transaction, and PostgreSQL drops it when the gateway dies.
 */
final class ProviderWork {

    /**
     * First half of the advisory lock's key, so that other users of the database do not meet it.
     */
    private static final int LOCK_SPACE = 0x4d6f6f72;

    private static final Logger LOG = LoggerFactory.getLogger(ProviderWork.class);

    private final Database database;
    private final PostgresVolumeStore volumes;
    private final PostgresAuditLog audit;
    private final Map<String, VolumeProvider> providers;

    ProviderWork(
            Database database,
            PostgresVolumeStore volumes,
            PostgresAuditLog audit,
            Map<String, VolumeProvider> providers) {
        this.database = database;
        this.volumes = volumes;
        this.audit = audit;
        this.providers = Map.copyOf(providers);
    }

    /** Does what the volume's row asks for now. Blocks as long as the provider does. */
    void run(String volumeId) {
        try (Connection session = database.openSession("moor-gateway-provider")) {
            if (!lock(session, volumeId)) {
                return;
            }
            // Read after the lock: what another gateway finished in the meantime is not done again.
            Optional<Volume> volume = database.transact(tx -> volumes.find(tx, volumeId));
            volume.ifPresent(this::work);
        } catch (SQLException e) {
            LOG.atWarn()
                    .addKeyValue("volume", volumeId)
                    .addKeyValue("cause", e.getMessage())
                    .log("lost the database during a provider call; it is looked at again");
        }
    }

    private static boolean lock(Connection session, String volumeId) throws SQLException {
        try (var statement =
                session.prepareStatement("SELECT pg_try_advisory_lock(?, hashtext(?))")) {
            statement.setInt(1, LOCK_SPACE);
            statement.setString(2, volumeId);
            try (var result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    private void work(Volume volume) {
        VolumeProvider provider = providers.get(volume.provider());
        if (provider == null) {
            failed(
                    volume,
                    "provider '" + volume.provider() + "' is not in the gateway's configuration");
            return;
        }
        try {
            switch (volume.state()) {
                case CREATING -> {
                    provider.create(
                            new VolumeSpec(new VolumeId(volume.volume()), volume.sizeBytes()));
                    completed(volume, VolumeState.AVAILABLE, "volume.created");
                }
                case DELETING -> {
                    provider.delete(new VolumeId(volume.volume()));
                    completed(volume, VolumeState.DELETED, "volume.deleted");
                }
                case AVAILABLE, DELETED, QUARANTINED -> {}
            }
        } catch (VolumeException e) {
            failed(volume, String.valueOf(e.getMessage()));
        } catch (DatabaseException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("volume", volume.volume())
                    .log("a volume provider has a bug");
            failed(volume, "the provider has a bug: " + e);
        }
    }

    private void completed(Volume seen, VolumeState to, String action) {
        boolean done = database.transact(tx -> complete(tx, seen, to, action));
        LOG.atInfo()
                .addKeyValue("volume", seen.volume())
                .addKeyValue("provider", seen.provider())
                .addKeyValue("action", action)
                .addKeyValue("applied", done)
                .log("provider call finished");
    }

    private boolean complete(Transaction tx, Volume seen, VolumeState to, String action) {
        Changes.announce(tx, Changes.WORK);
        if (!volumes.move(tx, seen, to, null)) {
            audit.recordIgnored(
                    tx,
                    Actor.RECONCILER,
                    new Change(
                            action + "-late",
                            "volume",
                            seen.volume(),
                            Map.of(),
                            Map.of(),
                            "it was " + seen.state() + " when the provider was called"),
                    "provider:" + action + ":" + seen.volume() + ":" + seen.epoch());
            return false;
        }
        audit.record(
                tx,
                Actor.RECONCILER,
                new Change(
                        action,
                        "volume",
                        seen.volume(),
                        fields("state", seen.state()),
                        fields("state", to),
                        "provider '" + seen.provider() + "' did it"));
        return true;
    }

    private void failed(Volume seen, String why) {
        LOG.atWarn()
                .addKeyValue("volume", seen.volume())
                .addKeyValue("provider", seen.provider())
                .addKeyValue("attempt", seen.attempts() + 1)
                .addKeyValue("cause", why)
                .log("provider call failed");
        database.transact(tx -> {
            boolean noted = volumes.failed(tx, seen, why, Backoff.after(seen.attempts() + 1));
            if (noted && !Objects.equals(seen.lastFailure(), why)) {
                audit.record(
                        tx,
                        Actor.RECONCILER,
                        new Change(
                                "volume.provider-failed",
                                "volume",
                                seen.volume(),
                                fields("lastFailure", seen.lastFailure()),
                                fields("lastFailure", why),
                                why));
            }
            return noted;
        });
    }
}
