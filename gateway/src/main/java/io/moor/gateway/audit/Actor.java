package io.moor.gateway.audit;

/** Who made a change: {@code operator}, {@code group:G}, {@code instance:I}, {@code event:S/ID}. */
public record Actor(String name) {

    /** Whoever holds the operators' token. */
    public static final Actor OPERATOR = new Actor("operator");

    /** The gateway itself, making things what they should be. */
    public static final Actor RECONCILER = new Actor("reconciler");

    public static Actor instance(String instance) {
        return new Actor("instance:" + instance);
    }

    public static Actor group(String group) {
        return new Actor("group:" + group);
    }

    public static Actor event(String source, String id) {
        return new Actor("event:" + source + "/" + id);
    }
}
