package io.moor.gateway.database;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One short transaction on one connection, isolation READ COMMITTED. Statements are text constants
 * with parameters; JSON parameters are strings cast in the statement. Used by one thread.
 */
public final class Transaction {

    /** Turns a row into a value. */
    public interface Mapper<T> {
        T map(Row row) throws SQLException;
    }

    private final Connection connection;

    Transaction(Connection connection) {
        this.connection = connection;
    }

    /** All rows, in the order of the statement; the statement limits their number. */
    public <T> List<T> list(String sql, Mapper<T> mapper, @Nullable Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (var result = statement.executeQuery()) {
                var rows = new ArrayList<T>();
                var row = new Row(result);
                while (result.next()) {
                    rows.add(mapper.map(row));
                }
                return List.copyOf(rows);
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** The only row, or none; two rows are a bug and throw. */
    public <T> Optional<T> find(String sql, Mapper<T> mapper, @Nullable Object... parameters) {
        List<T> rows = list(sql, mapper, parameters);
        if (rows.size() > 1) {
            throw new IllegalStateException("one row expected, found " + rows.size());
        }
        return rows.stream().findFirst();
    }

    /** Runs a change and returns how many rows it changed. */
    public int update(String sql, @Nullable Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /**
     * Runs a guarded change of one row: true when its guard held. More than one row is a bug and
     * throws.
     */
    public boolean updateOne(String sql, @Nullable Object... parameters) {
        int changed = update(sql, parameters);
        if (changed > 1) {
            throw new IllegalStateException("at most one row expected, changed " + changed);
        }
        return changed == 1;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            Object value = parameters[i];
            if (value instanceof Instant instant) {
                statement.setObject(i + 1, instant.atOffset(ZoneOffset.UTC));
            } else if (value instanceof Enum<?> constant) {
                statement.setString(i + 1, constant.name());
            } else {
                statement.setObject(i + 1, value);
            }
        }
    }
}
