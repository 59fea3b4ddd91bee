package io.moor.gateway.audit;

import io.moor.gateway.database.Json;
import io.moor.gateway.database.Row;
import io.moor.gateway.database.Transaction;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The change log in PostgreSQL. */
public final class PostgresAuditLog {

    private static final String INSERT =
            """
            INSERT INTO audit (actor, action, object_type, object_id, before, after, reason)
            VALUES (?, ?, ?, ?, ?::jsonb, ?::jsonb, ?)\
            """;

    private static final String INSERT_ONCE =
            """
            INSERT INTO audit (actor, action, object_type, object_id, reason, once)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (once) DO NOTHING\
            """;

    private static final String PAGE =
            """
            SELECT * FROM audit WHERE audit_id < ?
             ORDER BY audit_id DESC LIMIT ?\
            """;

    private final Json json;

    public PostgresAuditLog(Json json) {
        this.json = json;
    }

    /** Records a change in its transaction. */
    public void record(Transaction tx, Actor actor, Change change) {
        tx.update(
                INSERT,
                actor.name(),
                change.action(),
                change.objectType(),
                change.objectId(),
                fields(change.before()),
                fields(change.after()),
                change.reason());
    }

    /**
     * Records that a late or repeated message changed nothing. The same one may come with every
     * sync, so it is recorded once.
     *
     * @param once what makes it the same
     */
    public void recordIgnored(Transaction tx, Actor actor, Change change, String once) {
        tx.update(
                INSERT_ONCE,
                actor.name(),
                change.action(),
                change.objectType(),
                change.objectId(),
                change.reason(),
                once);
    }

    /** Newest first, older than the given id. */
    public List<AuditEntry> page(Transaction tx, long before, int limit) {
        return tx.list(PAGE, PostgresAuditLog::entry, before, limit);
    }

    private @Nullable String fields(Map<String, Object> fields) {
        return fields.isEmpty() ? null : json.write(new TreeMap<>(fields));
    }

    private static AuditEntry entry(Row row) throws SQLException {
        return new AuditEntry(
                row.number("audit_id"),
                row.time("at"),
                row.text("actor"),
                row.text("action"),
                row.text("object_type"),
                row.text("object_id"),
                row.textOrNull("before"),
                row.textOrNull("after"),
                row.text("reason"));
    }
}
