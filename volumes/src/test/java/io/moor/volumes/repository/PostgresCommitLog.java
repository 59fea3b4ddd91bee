package io.moor.volumes.repository;

import io.moor.volumes.VolumeId;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The port on the stack's PostgreSQL, as small as it can be: the gateway's has the audit, too. */
final class PostgresCommitLog implements CommitLog {

    private static final String TABLES =
            """
            CREATE TABLE IF NOT EXISTS snapshot_head (
                volume text PRIMARY KEY, epoch bigint NOT NULL, head text);
            CREATE TABLE IF NOT EXISTS snapshot_pack (id text PRIMARY KEY, size bigint NOT NULL)\
            """;
    private static final String GRANT =
            """
            INSERT INTO snapshot_head (volume, epoch) VALUES (?, ?)
            ON CONFLICT (volume) DO UPDATE SET epoch = excluded.epoch
            WHERE snapshot_head.epoch < excluded.epoch\
            """;
    private static final String LOCK =
            "SELECT epoch, head FROM snapshot_head WHERE volume = ? FOR UPDATE";
    private static final String HEAD = "SELECT head FROM snapshot_head WHERE volume = ?";
    private static final String MOVE = "UPDATE snapshot_head SET head = ? WHERE volume = ?";
    private static final String PACK = "INSERT INTO snapshot_pack (id, size) VALUES (?, ?)";

    private final String url;

    PostgresCommitLog(String url) throws SQLException {
        this.url = url;
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(TABLES);
        }
    }

    /** Grants write access: the epoch only grows. */
    void grant(VolumeId volume, long epoch) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement grant = connection.prepareStatement(GRANT)) {
            grant.setString(1, volume.value());
            grant.setLong(2, epoch);
            grant.executeUpdate();
        }
    }

    @Override
    public Optional<RootKey> head(VolumeId volume) throws IOException {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement head = connection.prepareStatement(HEAD)) {
            head.setString(1, volume.value());
            try (ResultSet row = head.executeQuery()) {
                return row.next() ? parse(row.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public Outcome commit(Commit commit) throws IOException {
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            Outcome outcome = commit(commit, connection);
            if (outcome instanceof Outcome.Committed) {
                connection.commit();
            } else {
                connection.rollback();
            }
            return outcome;
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static Outcome commit(Commit commit, Connection connection) throws SQLException {
        String volume = commit.root().volume().value();
        Optional<RootKey> head;
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setString(1, volume);
            try (ResultSet row = lock.executeQuery()) {
                if (!row.next()) {
                    return new Outcome.StaleEpoch(0);
                }
                head = parse(row.getString(2));
                if (head.equals(Optional.of(commit.root()))) {
                    return new Outcome.Committed();
                }
                if (row.getLong(1) != commit.root().epoch()) {
                    return new Outcome.StaleEpoch(row.getLong(1));
                }
            }
        }
        if (!head.equals(commit.parent())) {
            return new Outcome.HeadMoved(head);
        }
        try (PreparedStatement move = connection.prepareStatement(MOVE);
                PreparedStatement insert = connection.prepareStatement(PACK)) {
            for (StoredPack pack : commit.packs()) {
                insert.setString(1, pack.id().toString());
                insert.setLong(2, pack.size());
                insert.addBatch();
            }
            insert.executeBatch();
            move.setString(1, commit.root().toString());
            move.setString(2, volume);
            move.executeUpdate();
        }
        return new Outcome.Committed();
    }

    private static Optional<RootKey> parse(@org.jspecify.annotations.Nullable String head) {
        return Optional.ofNullable(head).map(RootKey::parse);
    }
}
