package io.moor.gateway.http;

import io.moor.gateway.database.Database;
import io.moor.gateway.database.Json;
import io.moor.gateway.database.Row;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;

/**
 * Changes that an operator may safely send again: with an {@code Idempotency-Key} the answer is
 * stored in the transaction of the change, so that both happen or neither. A second request with
 * the key waits for the first and gets its answer.
 */
public final class IdempotentChanges {

    private static final String FORGET =
            "DELETE FROM idempotency_key WHERE created_at < now() - interval '24 hours'";

    private static final String INSERT =
            """
            INSERT INTO idempotency_key (key, request_hash) VALUES (?, ?)
            ON CONFLICT DO NOTHING\
            """;

    private static final String FIND =
            "SELECT *, encode(request_hash, 'hex') AS hash FROM idempotency_key WHERE key = ?";

    private static final String ANSWER =
            "UPDATE idempotency_key SET status = ?, headers = ?::jsonb, body = ? WHERE key = ?";

    /** JSON that was kept, to be written as it is. */
    record KeptBody(String text) {}

    private record Kept(String requestHash, int status, String headers, @Nullable String body) {}

    private final Database database;
    private final Json json;

    public IdempotentChanges(Database database, Json json) {
        this.database = database;
        this.json = json;
    }

    /** Runs the change in one transaction, or repeats the answer of its first run. Blocks. */
    public Reply run(Request request, Function<Transaction, Reply> change) {
        String key = request.header("Idempotency-Key");
        if (key == null) {
            return database.transact(change);
        }
        byte[] hash = hash(request);
        return database.transact(tx -> once(tx, key, hash, change));
    }

    private Reply once(
            Transaction tx, String key, byte[] hash, Function<Transaction, Reply> change) {
        tx.update(FORGET);
        if (!tx.updateOne(INSERT, key, hash)) {
            return repeat(tx.find(FIND, IdempotentChanges::kept, key).orElseThrow(), hash);
        }
        Reply reply = change.apply(tx);
        Object kept = reply.kept();
        tx.update(
                ANSWER,
                reply.status(),
                json.write(reply.headers()),
                kept == null ? null : json.write(kept),
                key);
        return reply;
    }

    private Reply repeat(Kept kept, byte[] hash) {
        if (!kept.requestHash().equals(HexFormat.of().formatHex(hash))) {
            throw new Problem(
                    ProblemType.IDEMPOTENCY_KEY_REUSED,
                    "This Idempotency-Key was used for another request in the last 24 hours; use a"
                            + " new one.");
        }
        @SuppressWarnings("unchecked")
        Map<String, String> headers = json.read(kept.headers(), Map.class);
        Object body = kept.body() == null ? null : new KeptBody(kept.body());
        return new Reply(kept.status(), headers, body, body).with("Idempotency-Replayed", "true");
    }

    private static Kept kept(Row row) throws SQLException {
        return new Kept(
                row.text("hash"),
                row.integer("status"),
                row.text("headers"),
                row.textOrNull("body"));
    }

    private static byte[] hash(Request request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part :
                    new String[] {
                        request.actor().name(), request.method(), request.uri(), request.text()
                    }) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
