package io.moor.gateway.event;

import io.moor.gateway.problem.Problem;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * The attributes of a CloudEvent 1.0 that matter here. Extensions are kept in the stored event.
 *
 * @param id with the source, what makes it the same event
 * @param source who says so
 * @param type what happened
 * @param subject what it happened to, or null
 * @param time when it happened, by the source's clock, or null
 * @param bootId which life of the instance, or null for any
 * @param incarnation which life of the instance, or null for any
 * @param reason why, in words; empty when the source does not say
 */
public record CloudEvent(
        String id,
        String source,
        String type,
        @Nullable String subject,
        @Nullable Instant time,
        @Nullable String bootId,
        @Nullable String incarnation,
        String reason) {

    /** An instance is gone for good: a proof that it writes no more. The subject is its id. */
    public static final String TERMINATED = "io.moor.instance.terminated";

    public CloudEvent {
        if (type.equals(TERMINATED) && (subject == null || subject.isBlank())) {
            throw Problem.invalid(
                    "An event of type " + TERMINATED + " has the instance's id as its subject.");
        }
    }
}
