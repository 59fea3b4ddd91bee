package io.moor.gateway.access;

import io.moor.gateway.database.Database;

import java.util.Optional;

/** Finds out who holds a bearer token. */
public final class Tokens {

    private static final String JOIN = "SELECT group_name FROM join_token WHERE token_hash = ?";

    private static final String INSTANCE =
            "SELECT instance_id, incarnation FROM instance WHERE token_hash = ?";

    private final Database database;
    private final Token operator;

    public Tokens(Database database, Token operator) {
        this.database = database;
        this.operator = operator;
    }

    /** The caller, or empty when nobody has this token. Blocks. */
    public Optional<Caller> caller(Token token) {
        if (token.sameAs(operator)) {
            return Optional.of(new Caller.Operator());
        }
        // The database compares hashes: what its timing tells is about the hash, not the token.
        if (token.text().startsWith("moor_join_")) {
            return database.transact(tx ->
                    tx.find(
                            JOIN,
                            row -> new Caller.Joiner(row.text("group_name")),
                            (Object) token.hash()));
        }
        if (token.text().startsWith("moor_instance_")) {
            return database.transact(tx ->
                    tx.find(
                            INSTANCE,
                            row ->
                                    new Caller.Instance(
                                            row.text("instance_id"), row.text("incarnation")),
                            (Object) token.hash()));
        }
        return Optional.empty();
    }
}
