package io.moor.gateway.volume;

import io.moor.gateway.database.Row;
import io.moor.gateway.database.Transaction;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Volumes in PostgreSQL. */
public final class PostgresVolumeStore {

    private static final String FIND = "SELECT * FROM volume WHERE volume_id = ?";

    private static final String LOCK = "SELECT * FROM volume WHERE volume_id = ? FOR UPDATE";

    private static final String PAGE =
            """
            SELECT * FROM volume
             WHERE volume_id > ? AND (?::boolean OR state <> 'DELETED')
             ORDER BY volume_id LIMIT ?\
            """;

    private static final String OF_GROUP =
            """
            SELECT * FROM volume
             WHERE group_name = ? AND state <> 'DELETED' ORDER BY slot_index, claim\
            """;

    private static final String INSERT =
            """
            INSERT INTO volume (volume_id, group_name, slot_index, claim, provider, size_bytes, state)
            VALUES (?, ?, ?, ?, ?, ?, 'CREATING')
            ON CONFLICT DO NOTHING\
            """;

    private static final String DUE =
            """
            SELECT volume_id FROM volume
             WHERE state IN ('CREATING', 'DELETING') AND next_attempt_at <= now()
             ORDER BY next_attempt_at LIMIT ?\
            """;

    private static final String MOVE =
            """
            UPDATE volume SET state = ?, reason = ?, attempts = 0, last_failure = NULL,
                   next_attempt_at = now(), state_since = now()
             WHERE volume_id = ? AND state = ? AND epoch = ?\
            """;

    private static final String FAILED =
            """
            UPDATE volume SET attempts = attempts + 1, last_failure = ?,
                   next_attempt_at = now() + ? * interval '1 millisecond'
             WHERE volume_id = ? AND state = ? AND epoch = ?\
            """;

    private static final String NEXT_EPOCH =
            """
            UPDATE volume SET epoch = epoch + 1
             WHERE volume_id = ? AND epoch = ? AND state = 'AVAILABLE'
            RETURNING epoch\
            """;

    private static final String DIRTY =
            "UPDATE volume SET dirty = ? WHERE volume_id = ? AND epoch = ?";

    private static final String COUNT = "SELECT state, count(*) AS n FROM volume GROUP BY state";

    public Optional<Volume> find(Transaction tx, String volume) {
        return tx.find(FIND, PostgresVolumeStore::volume, volume);
    }

    public Optional<Volume> lock(Transaction tx, String volume) {
        return tx.find(LOCK, PostgresVolumeStore::volume, volume);
    }

    /** By id, after the given one. */
    public List<Volume> page(Transaction tx, String after, boolean deletedToo, int limit) {
        return tx.list(PAGE, PostgresVolumeStore::volume, after, deletedToo, limit);
    }

    public List<Volume> ofGroup(Transaction tx, String group) {
        return tx.list(OF_GROUP, PostgresVolumeStore::volume, group);
    }

    /** Writes down that a volume shall exist (I7); false when its claim has one already. */
    public boolean insert(
            Transaction tx,
            String id,
            Volume.@Nullable Owner owner,
            String provider,
            long sizeBytes) {
        return tx.updateOne(
                INSERT,
                id,
                owner == null ? null : owner.group(),
                owner == null ? null : owner.slot(),
                owner == null ? null : owner.claim(),
                provider,
                sizeBytes);
    }

    /** Volumes whose provider is to be called now. */
    public List<String> due(Transaction tx, int limit) {
        return tx.list(DUE, row -> row.text("volume_id"), limit);
    }

    /** Compare-and-set of the state; false when state or epoch are others by now. */
    public boolean move(Transaction tx, Volume seen, VolumeState to, @Nullable String reason) {
        return tx.updateOne(MOVE, to, reason, seen.volume(), seen.state(), seen.epoch());
    }

    /** Notes that the provider failed and when to ask it again. */
    public boolean failed(Transaction tx, Volume seen, String failure, Duration pause) {
        return tx.updateOne(
                FAILED, failure, pause.toMillis(), seen.volume(), seen.state(), seen.epoch());
    }

    /** Takes the next epoch; empty when somebody else took it or the volume may not be granted. */
    public OptionalLong nextEpoch(Transaction tx, String volume, long epoch) {
        return tx.find(NEXT_EPOCH, row -> row.number("epoch"), volume, epoch)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    public boolean markDirty(Transaction tx, String volume, long epoch, boolean dirty) {
        return tx.updateOne(DIRTY, dirty, volume, epoch);
    }

    /** How many volumes there are in each state. */
    public List<Count> count(Transaction tx) {
        return tx.list(
                COUNT, row -> new Count(VolumeState.valueOf(row.text("state")), row.number("n")));
    }

    /** Volumes in one state. */
    public record Count(VolumeState state, long volumes) {}

    private static Volume volume(Row row) throws SQLException {
        String group = row.textOrNull("group_name");
        return new Volume(
                row.text("volume_id"),
                group == null
                        ? null
                        : new Volume.Owner(group, row.integer("slot_index"), row.text("claim")),
                row.text("provider"),
                row.number("size_bytes"),
                VolumeState.valueOf(row.text("state")),
                row.textOrNull("reason"),
                row.number("epoch"),
                row.truth("dirty"),
                row.integer("attempts"),
                row.textOrNull("last_failure"),
                row.time("next_attempt_at"),
                row.time("created_at"));
    }
}
