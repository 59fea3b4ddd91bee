package io.moor.gateway.event;

import io.moor.gateway.database.Transaction;

import java.util.Optional;

/** Lifecycle events in PostgreSQL, each once by source and id. */
public final class PostgresEventStore {

    private static final String INSERT =
            """
            INSERT INTO lifecycle_event (source, event_id, type, subject, event, result)
            VALUES (?, ?, ?, ?, ?::jsonb, '')
            ON CONFLICT DO NOTHING\
            """;

    private static final String RESULT =
            "UPDATE lifecycle_event SET result = ? WHERE source = ? AND event_id = ?";

    private static final String FIND =
            "SELECT result FROM lifecycle_event WHERE source = ? AND event_id = ?";

    /** False when it is here already; waits for another transaction that is storing it. */
    boolean insert(Transaction tx, CloudEvent event, String text) {
        return tx.updateOne(
                INSERT, event.source(), event.id(), event.type(), event.subject(), text);
    }

    void result(Transaction tx, CloudEvent event, String result) {
        tx.update(RESULT, result, event.source(), event.id());
    }

    Optional<String> result(Transaction tx, CloudEvent event) {
        return tx.find(FIND, row -> row.text("result"), event.source(), event.id());
    }
}
