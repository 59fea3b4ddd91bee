package io.moor.gateway.group;

import io.moor.gateway.database.Json;
import io.moor.gateway.database.Row;
import io.moor.gateway.database.Transaction;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Groups, their slots and join tokens in PostgreSQL. */
public final class PostgresGroupStore {

    private static final String FIND = "SELECT * FROM instance_group WHERE group_name = ?";

    private static final String LOCK =
            "SELECT * FROM instance_group WHERE group_name = ? FOR NO KEY UPDATE";

    private static final String PAGE =
            "SELECT * FROM instance_group WHERE group_name > ? ORDER BY group_name LIMIT ?";

    private static final String INSERT =
            """
            INSERT INTO instance_group (group_name, spec, version) VALUES (?, ?::jsonb, 1)
            ON CONFLICT (group_name) DO NOTHING\
            """;

    private static final String UPDATE =
            """
            UPDATE instance_group SET spec = ?::jsonb, version = version + 1, updated_at = now()
             WHERE group_name = ? AND version = ?\
            """;

    private static final String ADD_SLOTS =
            """
            INSERT INTO slot (group_name, slot_index)
            SELECT ?, i FROM generate_series(0, ?::int - 1) AS i
            ON CONFLICT DO NOTHING\
            """;

    private static final String DROP_SLOTS =
            "DELETE FROM slot WHERE group_name = ? AND slot_index >= ?";

    private static final String DELETE = "DELETE FROM instance_group WHERE group_name = ?";

    private static final String INSERT_TOKEN =
            "INSERT INTO join_token (token_id, group_name, token_hash) VALUES (?, ?, ?)";

    private final Json json;

    public PostgresGroupStore(Json json) {
        this.json = json;
    }

    public Optional<Group> find(Transaction tx, String group) {
        return tx.find(FIND, this::group, group);
    }

    /** The group, and nobody else registers in it or changes it until the transaction ends. */
    public Optional<Group> lock(Transaction tx, String group) {
        return tx.find(LOCK, this::group, group);
    }

    /** Groups after the given name, by name. */
    public List<Group> page(Transaction tx, String after, int limit) {
        return tx.list(PAGE, this::group, after, limit);
    }

    /** False when it exists already. */
    boolean insert(Transaction tx, GroupSpec spec) {
        return tx.updateOne(INSERT, spec.group(), json.write(spec));
    }

    /** False when it has another version by now. */
    boolean update(Transaction tx, GroupSpec spec, long version) {
        return tx.updateOne(UPDATE, json.write(spec), spec.group(), version);
    }

    /** Makes the slots 0 to {@code slots - 1} exist, and no others. */
    void resize(Transaction tx, String group, int slots) {
        tx.update(DROP_SLOTS, group, slots);
        tx.update(ADD_SLOTS, group, slots);
    }

    boolean delete(Transaction tx, String group) {
        return tx.updateOne(DELETE, group);
    }

    void insertToken(Transaction tx, String id, String group, byte[] hash) {
        tx.update(INSERT_TOKEN, id, group, hash);
    }

    private Group group(Row row) throws SQLException {
        GroupSpec spec = json.read(row.text("spec"), GroupSpec.class);
        return new Group(
                spec.group(),
                spec.slots(),
                spec.claims(),
                row.number("version"),
                row.time("created_at"),
                row.time("updated_at"));
    }
}
