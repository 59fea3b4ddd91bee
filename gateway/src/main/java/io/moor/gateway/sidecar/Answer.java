package io.moor.gateway.sidecar;

/**
 * What came of a call to the gateway.
 *
 * @param <T> what a good answer holds
 */
sealed interface Answer<T> {

    /** It was done. */
    record Ok<T>(T value) implements Answer<T> {}

    /** We stopped waiting, because there is something newer to say. */
    record Cut<T>() implements Answer<T> {}

    /** No answer, or one that says to try again later; the call may have had its effect. */
    record Unreachable<T>(String why) implements Answer<T> {}

    /**
     * The gateway said no.
     *
     * @param status HTTP status, 400 to 499
     * @param why its problem in one line
     */
    record Refused<T>(int status, String why) implements Answer<T> {}
}
