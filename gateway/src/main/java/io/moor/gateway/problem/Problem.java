package io.moor.gateway.problem;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal that the caller is told about: what happened and what to do. The detail and the
 * extensions hold no secret, no SQL and no stack trace.
 */
public final class Problem extends RuntimeException {

    private final ProblemType type;
    private final transient Map<String, Object> extensions = new LinkedHashMap<>();

    public Problem(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.type = type;
    }

    /** Adds an id or number that a program may want to read. */
    public Problem with(String name, Object value) {
        extensions.put(name, value);
        return this;
    }

    public ProblemType type() {
        return type;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public Map<String, Object> extensions() {
        return Map.copyOf(extensions);
    }

    public static Problem notFound(String kind, String id) {
        return new Problem(ProblemType.NOT_FOUND, "There is no " + kind + " '" + id + "'.");
    }

    public static Problem invalid(String detail) {
        return new Problem(ProblemType.INVALID, detail);
    }

    public static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail);
    }
}
