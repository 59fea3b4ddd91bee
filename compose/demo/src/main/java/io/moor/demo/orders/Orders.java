package io.moor.demo.orders;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The table of orders, over JDBC. Each insert is a transaction of its own, durable when it returns.
 */
final class Orders implements AutoCloseable {

    private static final String CREATE =
            """
            CREATE TABLE IF NOT EXISTS orders (
                id bigint PRIMARY KEY,
                customer text NOT NULL,
                cents bigint NOT NULL,
                placed_at timestamptz NOT NULL DEFAULT now())\
            """;
    private static final String INSERT =
            "INSERT INTO orders (id, customer, cents) VALUES (?, ?, ?)";
    private static final String HIGHEST = "SELECT coalesce(max(id), 0), count(*) FROM orders";

    private final Connection connection;
    private final PreparedStatement insert;

    Orders(String jdbcUrl) throws SQLException {
        connection = DriverManager.getConnection(jdbcUrl);
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
        insert = connection.prepareStatement(INSERT);
    }

    /**
     * @param highest highest order number, 0 when there is none
     * @param count number of orders
     */
    record Extent(long highest, long count) {}

    Extent extent() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(HIGHEST)) {
            row.next();
            return new Extent(row.getLong(1), row.getLong(2));
        }
    }

    void insert(long id, String customer, long cents) throws SQLException {
        insert.setLong(1, id);
        insert.setString(2, customer);
        insert.setLong(3, cents);
        insert.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
