package io.moor.gateway.instance;

import io.moor.gateway.database.Changes;
import io.moor.gateway.database.Row;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.protocol.RegisterRequest;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Incarnations in PostgreSQL. Lease times are the database's. */
public final class PostgresInstanceStore {

    private static final String FIND = "SELECT *, now() FROM instance WHERE incarnation = ?";

    private static final String LOCK =
            "SELECT *, now() FROM instance WHERE incarnation = ? FOR UPDATE";

    private static final String BY_BOOT =
            "SELECT *, now() FROM instance WHERE instance_id = ? AND boot_id = ? FOR UPDATE";

    private static final String LIVES =
            "SELECT count(*) AS lives FROM instance WHERE instance_id = ?";

    private static final String LATEST =
            """
            SELECT *, now() FROM instance WHERE instance_id = ?
             ORDER BY (state IN ('ACTIVE', 'DRAINING')) DESC, registered_at DESC, incarnation
             LIMIT 1\
            """;

    private static final String LIVING =
            """
            SELECT *, now() FROM instance
             WHERE instance_id = ? AND state IN ('ACTIVE', 'DRAINING')\
            """;

    private static final String NOT_TERMINATED =
            """
            SELECT *, now() FROM instance WHERE instance_id = ? AND state <> 'TERMINATED'
             ORDER BY incarnation FOR UPDATE\
            """;

    private static final String IN_SLOTS =
            """
            SELECT *, now() FROM instance
             WHERE group_name = ? AND state IN ('ACTIVE', 'DRAINING')
             ORDER BY slot_index\
            """;

    private static final String PAGE =
            """
            SELECT *, now() FROM instance WHERE (registered_at, incarnation) > (?, ?)
             ORDER BY registered_at, incarnation LIMIT ?\
            """;

    private static final String INSERT =
            """
            INSERT INTO instance (incarnation, instance_id, boot_id, group_name, slot_index, state,
                                  token_hash, lease_expires_at)
            VALUES (?, ?, ?, ?, ?, 'ACTIVE', ?, now() + ? * interval '1 millisecond')\
            """;

    private static final String NEW_TOKEN =
            """
            UPDATE instance SET token_hash = ?, lease_renewed_at = now(),
                   lease_expires_at = now() + ? * interval '1 millisecond'
             WHERE incarnation = ? AND state IN ('ACTIVE', 'DRAINING')\
            """;

    private static final String RENEW =
            """
            UPDATE instance SET lease_renewed_at = now(),
                   lease_expires_at = now() + ? * interval '1 millisecond'
             WHERE incarnation = ? AND state <> 'TERMINATED'
            RETURNING *, now()\
            """;

    private static final String BUMP =
            "UPDATE instance SET revision = revision + 1 WHERE incarnation = ? RETURNING revision";

    private static final String DRAIN =
            "UPDATE instance SET state = 'DRAINING' WHERE incarnation = ? AND state = 'ACTIVE'";

    private static final String END =
            """
            UPDATE instance SET state = ?, ended_at = now(), end_reason = ?
             WHERE incarnation = ? AND state = ?\
            """;

    private static final String EVICT =
            "UPDATE instance SET evicted = true WHERE incarnation = ? AND NOT evicted";

    private static final String REPORT =
            """
            INSERT INTO instance_report (incarnation, streams, shippers)
            VALUES (?, ?::jsonb, ?::jsonb)
            ON CONFLICT (incarnation) DO UPDATE
               SET streams = EXCLUDED.streams, shippers = EXCLUDED.shippers, reported_at = now()
             WHERE (instance_report.streams, instance_report.shippers)
                   IS DISTINCT FROM (EXCLUDED.streams, EXCLUDED.shippers)\
            """;

    private static final String STREAMS =
            "SELECT streams FROM instance_report WHERE incarnation = ?";

    private static final String SHIPPERS =
            "SELECT shippers FROM instance_report WHERE incarnation = ?";

    private static final String EXPIRED =
            """
            SELECT count(*) AS n FROM instance
             WHERE state IN ('ACTIVE', 'DRAINING') AND lease_expires_at < now()\
            """;

    private final Duration leaseTtl;

    public PostgresInstanceStore(Duration leaseTtl) {
        this.leaseTtl = leaseTtl;
    }

    public Optional<Instance> find(Transaction tx, String incarnation) {
        return tx.find(FIND, PostgresInstanceStore::instance, incarnation);
    }

    /** The incarnation, and nobody else changes it until the transaction ends. */
    public Optional<Instance> lock(Transaction tx, String incarnation) {
        return tx.find(LOCK, PostgresInstanceStore::instance, incarnation);
    }

    public Optional<Instance> lockByBoot(Transaction tx, String instance, String bootId) {
        return tx.find(BY_BOOT, PostgresInstanceStore::instance, instance, bootId);
    }

    /** How many lives of an instance were ever registered. */
    public long lives(Transaction tx, String instance) {
        return tx.find(LIVES, row -> row.number("lives"), instance).orElseThrow();
    }

    /** The life of an instance that fills a slot, else the newest one. */
    public Optional<Instance> latest(Transaction tx, String instance) {
        return tx.find(LATEST, PostgresInstanceStore::instance, instance);
    }

    /** The life of an instance that fills a slot. */
    public Optional<Instance> living(Transaction tx, String instance) {
        return tx.find(LIVING, PostgresInstanceStore::instance, instance);
    }

    /** Every life of an instance that was not declared gone yet, locked. */
    public List<Instance> lockNotTerminated(Transaction tx, String instance) {
        return tx.list(NOT_TERMINATED, PostgresInstanceStore::instance, instance);
    }

    /** Who fills the slots of a group, by slot. */
    public List<Instance> inSlots(Transaction tx, String group) {
        return tx.list(IN_SLOTS, PostgresInstanceStore::instance, group);
    }

    /** Oldest first, after the given one. */
    public List<Instance> page(Transaction tx, Instant after, String incarnation, int limit) {
        return tx.list(PAGE, PostgresInstanceStore::instance, after, incarnation, limit);
    }

    public void insert(
            Transaction tx, String incarnation, RegisterRequest request, int slot, byte[] token) {
        tx.update(
                INSERT,
                incarnation,
                request.instance(),
                request.bootId(),
                request.group(),
                slot,
                token,
                leaseTtl.toMillis());
    }

    /** A sidecar that was restarted gets another token; the one before is void. */
    public boolean replaceToken(Transaction tx, String incarnation, byte[] token) {
        return tx.updateOne(NEW_TOKEN, token, leaseTtl.toMillis(), incarnation);
    }

    /** Renews the lease; empty when the incarnation was declared gone. */
    public Optional<Instance> renew(Transaction tx, String incarnation) {
        return tx.find(RENEW, PostgresInstanceStore::instance, leaseTtl.toMillis(), incarnation);
    }

    /** What is desired there changed: counts it, and wakes the sync that waits for it. */
    public long bump(Transaction tx, String incarnation) {
        long revision = tx.find(BUMP, row -> row.number("revision"), incarnation).orElseThrow();
        Changes.announce(tx, incarnation);
        return revision;
    }

    public boolean startDrain(Transaction tx, String incarnation) {
        return tx.updateOne(DRAIN, incarnation);
    }

    public boolean end(
            Transaction tx, String incarnation, InstanceState from, InstanceState to, String why) {
        return tx.updateOne(END, to, why, incarnation, from);
    }

    /** False when it was evicted before. */
    public boolean evict(Transaction tx, String incarnation) {
        return tx.updateOne(EVICT, incarnation);
    }

    /** Keeps what the sidecar says of its logs, JSON; costs nothing when it did not change. */
    public void report(Transaction tx, String incarnation, String streams, String shippers) {
        tx.update(REPORT, incarnation, streams, shippers);
    }

    /** The shippers that the sidecar reported last, JSON. */
    public String shippers(Transaction tx, String incarnation) {
        return tx.find(SHIPPERS, row -> row.text("shippers"), incarnation).orElse("[]");
    }

    /** The streams that the sidecar reported last, JSON. */
    public String streams(Transaction tx, String incarnation) {
        return tx.find(STREAMS, row -> row.text("streams"), incarnation).orElse("[]");
    }

    /** How many instances fill a slot and are silent. */
    public long countExpired(Transaction tx) {
        return tx.find(EXPIRED, row -> row.number("n")).orElse(0L);
    }

    private static Instance instance(Row row) throws SQLException {
        return new Instance(
                row.text("incarnation"),
                row.text("instance_id"),
                row.text("boot_id"),
                new SlotId(row.text("group_name"), row.integer("slot_index")),
                InstanceState.valueOf(row.text("state")),
                row.truth("evicted"),
                row.number("revision"),
                row.time("registered_at"),
                new Instance.Lease(
                        row.time("lease_renewed_at"),
                        row.time("lease_expires_at"),
                        row.time("now")),
                row.timeOrNull("ended_at"),
                row.textOrNull("end_reason"));
    }
}
