package io.moor.gateway.problem;

/**
 * Every kind of error that a caller can see; {@code docs/problems.md} has one heading for each
 * slug.
 */
public enum ProblemType {
    BAD_REQUEST("bad-request", "The request does not fit the API", 400, false),
    UNAUTHENTICATED("unauthenticated", "A valid bearer token is missing", 401, false),
    FORBIDDEN("forbidden", "This token may not do that", 403, false),
    NOT_FOUND("not-found", "There is no such thing", 404, false),
    METHOD_NOT_ALLOWED("method-not-allowed", "This path does not know that method", 405, false),
    CONFLICT("conflict", "The state of things does not allow that now", 409, false),
    SLOT_HELD("slot-held", "No slot is free", 409, true),
    VOLUME_NOT_READY("volume-not-ready", "The volume is being worked on", 409, true),
    REQUEST_IN_PROGRESS("request-in-progress", "The same request is being worked on", 409, true),
    INCARNATION_ENDED("incarnation-ended", "This life of the instance is over", 410, false),
    PRECONDITION_FAILED("precondition-failed", "It was changed in the meantime", 412, false),
    BODY_TOO_LARGE("body-too-large", "The request's body is too large", 413, false),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", "The body has another format", 415, false),
    INVALID("invalid", "The request is understood but not valid", 422, false),
    IDEMPOTENCY_KEY_REUSED(
            "idempotency-key-reused",
            "This Idempotency-Key was used for another request",
            422,
            false),
    INTERNAL_ERROR("internal-error", "Something is wrong in the gateway", 500, true),
    UNAVAILABLE("unavailable", "The gateway cannot reach its database", 503, true);

    /**
     * What the type URIs begin with; the slug follows. A URN, because no host is ours to promise.
     */
    public static final String BASE = "urn:moor:problem:";

    private final String slug;
    private final String title;
    private final int status;
    private final boolean retryable;

    ProblemType(String slug, String title, int status, boolean retryable) {
        this.slug = slug;
        this.title = title;
        this.status = status;
        this.retryable = retryable;
    }

    public String slug() {
        return slug;
    }

    public String title() {
        return title;
    }

    public int status() {
        return status;
    }

    /** Whether the same request may succeed later without anybody changing it. */
    public boolean retryable() {
        return retryable;
    }
}
