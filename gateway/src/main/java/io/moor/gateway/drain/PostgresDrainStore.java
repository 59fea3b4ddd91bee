package io.moor.gateway.drain;

import io.moor.gateway.database.Json;
import io.moor.gateway.database.Row;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.protocol.DrainOutcome;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Drain orders and receipts in PostgreSQL. */
public final class PostgresDrainStore {

    private static final String LATEST =
            "SELECT * FROM drain WHERE incarnation = ? ORDER BY number DESC LIMIT 1";

    /** The newest life only: a receipt of an earlier one says nothing about what runs now. */
    private static final String NEWEST =
            """
            SELECT d.* FROM drain d
             WHERE d.incarnation = (SELECT incarnation FROM instance WHERE instance_id = ?
                                     ORDER BY registered_at DESC LIMIT 1)
             ORDER BY d.number DESC LIMIT 1\
            """;

    private static final String FIRST_REVISION =
            "SELECT revision FROM drain WHERE incarnation = ? AND number = 1";

    private static final String FIRST_ORDER =
            "SELECT ordered_at FROM drain WHERE incarnation = ? AND number = 1";

    private static final String INSERT =
            """
            INSERT INTO drain (drain_id, incarnation, number, timeout_ms, revision)
            VALUES (?, ?, ?, ?, ?)\
            """;

    private static final String OUTCOME =
            """
            UPDATE drain SET outcome = ?::jsonb, outcome_at = now()
             WHERE drain_id = ? AND outcome IS NULL\
            """;

    private static final String RECEIPT =
            """
            UPDATE drain SET receipt = ?::jsonb, complete = ?
             WHERE drain_id = ? AND NOT complete AND outcome IS NOT NULL
               AND receipt IS DISTINCT FROM ?::jsonb\
            """;

    private final Json json;

    public PostgresDrainStore(Json json) {
        this.json = json;
    }

    /** The newest order of an incarnation. */
    public Optional<Drain> latest(Transaction tx, String incarnation) {
        return tx.find(LATEST, this::drain, incarnation);
    }

    /** The newest order of the newest life of an instance, if it has a receipt. */
    public Optional<Drain> withReceipt(Transaction tx, String instance) {
        return tx.find(NEWEST, this::drain, instance).filter(drain -> drain.receipt() != null);
    }

    /** The instance's revision since which it knows that it is being drained. */
    public Optional<Long> firstRevision(Transaction tx, String incarnation) {
        return tx.find(FIRST_REVISION, row -> row.number("revision"), incarnation);
    }

    Instant firstOrder(Transaction tx, String incarnation) {
        return tx.find(FIRST_ORDER, row -> row.time("ordered_at"), incarnation).orElseThrow();
    }

    void insert(
            Transaction tx,
            String id,
            String incarnation,
            int number,
            Duration timeout,
            long revision) {
        tx.update(INSERT, id, incarnation, number, timeout.toMillis(), revision);
    }

    /** Stores the sidecar's answer; false when there is one already. */
    boolean outcome(Transaction tx, String id, DrainOutcome outcome) {
        return tx.updateOne(OUTCOME, json.write(outcome), id);
    }

    /** Stores a receipt; a complete one is final. False when it is so already. */
    boolean receipt(Transaction tx, String id, Receipt receipt) {
        String text = json.write(receipt);
        return tx.updateOne(RECEIPT, text, receipt.complete(), id, text);
    }

    private Drain drain(Row row) throws SQLException {
        String outcome = row.textOrNull("outcome");
        String receipt = row.textOrNull("receipt");
        return new Drain(
                row.text("drain_id"),
                row.text("incarnation"),
                row.integer("number"),
                Duration.ofMillis(row.number("timeout_ms")),
                row.number("revision"),
                row.time("ordered_at"),
                outcome == null ? null : json.read(outcome, DrainOutcome.class),
                row.timeOrNull("outcome_at"),
                receipt == null ? null : json.read(receipt, Receipt.class));
    }
}
