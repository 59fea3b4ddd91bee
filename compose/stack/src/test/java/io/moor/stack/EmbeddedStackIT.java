package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.DriverManager;

@ExtendWith(EmbeddedStackExtension.class)
class EmbeddedStackIT {

    @Test
    void postgresConfirmsCommitsFromTheDisk(StackEndpoints endpoints) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(endpoints.newDatabase("settings"));
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT current_setting('fsync'),"
                                        + " current_setting('synchronous_commit')")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("on");
            assertThat(rows.getString(2)).isEqualTo("on");
        }
    }
}
