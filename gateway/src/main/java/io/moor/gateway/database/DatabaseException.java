package io.moor.gateway.database;

import java.sql.SQLException;

/** What a failed statement means for the caller; the only place where SQLSTATE is read. */
public final class DatabaseException extends RuntimeException {

    /** What the caller can do. */
    public enum Kind {
        /** Somebody else was faster: a uniqueness rule of the schema refused the change. */
        CONFLICT,
        /** The same transaction may succeed when it is run again. */
        TRANSIENT,
        /** The database cannot be reached or does not answer; nothing is known of the outcome. */
        UNAVAILABLE,
        /** A bug in a statement, or a schema that does not fit. */
        BROKEN
    }

    private final Kind kind;

    DatabaseException(SQLException cause) {
        this(cause, kindOf(cause.getSQLState() == null ? "" : cause.getSQLState()));
    }

    private DatabaseException(SQLException cause, Kind kind) {
        super("the database refused: " + cause.getMessage(), cause);
        this.kind = kind;
    }

    /** There is no connection, whatever the reason. */
    static DatabaseException unavailable(SQLException cause) {
        return new DatabaseException(cause, Kind.UNAVAILABLE);
    }

    public Kind kind() {
        return kind;
    }

    /** PostgreSQL manual, appendix A: classes 08, 23 (unique_violation), 40, 53, 55, 57. */
    static Kind kindOf(String sqlState) {
        if (sqlState.equals("23505")) {
            return Kind.CONFLICT;
        }
        if (sqlState.startsWith("40") || sqlState.equals("55P03")) {
            return Kind.TRANSIENT;
        }
        if (sqlState.isEmpty()
                || sqlState.startsWith("08")
                || sqlState.startsWith("53")
                || sqlState.startsWith("57")) {
            return Kind.UNAVAILABLE;
        }
        return Kind.BROKEN;
    }
}
