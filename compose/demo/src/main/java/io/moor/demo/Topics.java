package io.moor.demo;

/** The data topics of the demo. */
final class Topics {

    /** The application's log. */
    static final String ORDERS = "logs.orders";

    /** The log of the instance's PostgreSQL. */
    static final String POSTGRES = "logs.postgres";

    private Topics() {}
}
