package io.moor.gateway.sidecar;

/** What came of joining a group. */
sealed interface Joined {

    /** This instance has a place. */
    record Member(Membership membership) implements Joined {}

    /** The sidecar is to stop; nothing was joined. */
    record Stopped() implements Joined {}

    /** The gateway has ended this life of the instance. */
    record Gone(String why) implements Joined {}
}
