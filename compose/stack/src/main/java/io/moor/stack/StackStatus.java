package io.moor.stack;

import org.jspecify.annotations.Nullable;

/**
 * What a look at a stack's directory from outside found.
 *
 * @param state whether it can be used
 * @param pid of the background process, 0 when there is none
 * @param endpoints where the servers are, unless it is stopped or still starting
 * @param problem one line that says what is wrong, when something is
 */
public record StackStatus(
        State state, long pid, @Nullable StackEndpoints endpoints, @Nullable String problem) {

    /** How far a stack is. */
    public enum State {
        /** All three servers answer. */
        RUNNING,
        /** The background process lives, but not every server answers. */
        STARTING,
        /** There is no background process. */
        STOPPED
    }
}
