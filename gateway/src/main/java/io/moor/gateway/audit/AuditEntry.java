package io.moor.gateway.audit;

import com.fasterxml.jackson.annotation.JsonRawValue;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One change as it is stored.
 *
 * @param id grows with time
 * @param at database time of the change
 * @param actor who did it
 * @param action what was done, {@code OBJECT.VERB}
 * @param objectType kind of the object
 * @param objectId its id
 * @param before what changed, before; JSON or null
 * @param after what changed, after; JSON or null
 * @param reason why, in words
 */
public record AuditEntry(
        long id,
        Instant at,
        String actor,
        String action,
        String objectType,
        String objectId,
        @JsonRawValue @Nullable String before,
        @JsonRawValue @Nullable String after,
        String reason) {}
