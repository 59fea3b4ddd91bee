package io.moor.gateway.http;

import io.moor.gateway.access.Caller;
import io.moor.gateway.audit.Actor;
import io.moor.gateway.database.Json;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/** A validated request with its caller, as routes see it. */
public final class Request {

    private static final String CALLER = "moor.caller";

    private final RoutingContext context;
    private final Json json;

    Request(RoutingContext context, Json json) {
        this.context = context;
        this.json = json;
    }

    static void caller(RoutingContext context, Caller caller) {
        context.put(CALLER, caller);
    }

    /**
     * @throws Problem when nobody has looked at the caller's token
     */
    static void requireCaller(RoutingContext context) {
        if (context.get(CALLER) == null) {
            throw new Problem(
                    ProblemType.UNAUTHENTICATED, "Send a token: 'Authorization: Bearer TOKEN'.");
        }
    }

    public Caller caller() {
        return Objects.requireNonNull(context.<Caller>get(CALLER));
    }

    /** Who the change log names. */
    public Actor actor() {
        return switch (caller()) {
            case Caller.Operator operator -> Actor.OPERATOR;
            case Caller.Joiner joiner -> Actor.group(joiner.group());
            case Caller.Instance instance -> Actor.instance(instance.instance());
        };
    }

    /** An instance may touch only itself. */
    public void requireSelf(String instance) {
        if (caller() instanceof Caller.Instance self && !self.instance().equals(instance)) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The token of " + self.instance() + " is good for that instance only.");
        }
    }

    public String path(String name) {
        return Objects.requireNonNull(context.pathParam(name), name);
    }

    public boolean flag(String name) {
        return "true".equals(context.queryParams().get(name));
    }

    public @Nullable String header(String name) {
        return context.request().getHeader(name);
    }

    public String method() {
        return context.request().method().name();
    }

    public String uri() {
        return context.request().uri();
    }

    /** The body as it came; empty when there is none. */
    public String text() {
        return Optional.ofNullable(context.body().asString()).orElse("");
    }

    public JsonObject object() {
        return Objects.requireNonNull(context.body().asJsonObject());
    }

    /** The body as a record; the record's own checks make it 422. */
    public <T> T body(Class<T> type) {
        try {
            return json.read(text(), type);
        } catch (Json.Malformed e) {
            throw new Problem(
                    ProblemType.BAD_REQUEST, "The body does not fit: " + e.getMessage() + ".");
        }
    }

    /** Where the asked page begins and how long it is. */
    public Page.Wanted page() {
        return Page.Wanted.of(
                context.queryParams().get("limit"), context.queryParams().get("cursor"));
    }

    /** Whether the caller has gone. */
    public boolean abandoned() {
        return context.response().closed();
    }
}
