package io.moor.gateway.http;

import io.moor.gateway.database.DatabaseException;
import io.moor.gateway.database.Json;
import io.moor.gateway.database.RandomId;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.ValidatorException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.LinkedHashMap;
import java.util.Map;

/** Turns every failure into {@code application/problem+json}. */
final class Failures implements Handler<RoutingContext> {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final Json json;

    Failures(Json json) {
        this.json = json;
    }

    @Override
    public void handle(RoutingContext context) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        Problem problem = problem(context.failure(), context.statusCode());
        if (problem.type() == ProblemType.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"moor\"");
        }
        if (problem.type() == ProblemType.METHOD_NOT_ALLOWED) {
            response.putHeader("Allow", String.valueOf(problem.extensions().get("allowed")));
        }
        response.setStatusCode(problem.type().status())
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Cache-Control", "no-store")
                .end(json.write(body(problem)));
    }

    private static Map<String, Object> body(Problem problem) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", ProblemType.BASE + problem.type().slug());
        body.put("title", problem.type().title());
        body.put("status", problem.type().status());
        body.put("detail", problem.detail());
        body.put("retryable", problem.type().retryable());
        problem.extensions().forEach(body::putIfAbsent);
        return body;
    }

    private static Problem problem(@Nullable Throwable failure, int status) {
        return switch (failure) {
            case Problem problem -> problem;
            case ValidatorException wrong ->
                    new Problem(ProblemType.BAD_REQUEST, String.valueOf(wrong.getMessage()));
            case DatabaseException lost when lost.kind() == DatabaseException.Kind.UNAVAILABLE ->
                    unavailable(lost);
            case DatabaseException raced when raced.kind() == DatabaseException.Kind.CONFLICT ->
                    new Problem(
                            ProblemType.REQUEST_IN_PROGRESS,
                            "Another request did the same at this moment; try again to see what"
                                    + " came of it.");
            case HttpException http when http.getCause() instanceof Problem problem -> problem;
            case HttpException http when http.getStatusCode() < 500 ->
                    byStatus(http.getStatusCode(), http.getCause());
            case null -> byStatus(status, null);
            default -> internal(failure);
        };
    }

    private static Problem byStatus(int status, @Nullable Throwable cause) {
        return switch (status) {
            case 400 ->
                    new Problem(
                            ProblemType.BAD_REQUEST,
                            cause == null || cause.getMessage() == null
                                    ? "The request is malformed."
                                    : cause.getMessage());
            case 404 -> new Problem(ProblemType.NOT_FOUND, "There is no such path.");
            case 413 ->
                    new Problem(
                            ProblemType.BODY_TOO_LARGE,
                            "The body is larger than " + HttpService.BODY_BYTES_MAX + " bytes.");
            case 415 ->
                    new Problem(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            "The body's media type is not one that this operation takes.");
            default -> internal(new IllegalStateException("status " + status));
        };
    }

    private static Problem unavailable(DatabaseException lost) {
        LOG.atWarn()
                .addKeyValue("cause", lost.getMessage())
                .log("a request could not reach the database");
        return new Problem(
                ProblemType.UNAVAILABLE,
                "The gateway cannot reach its database; whether the change happened is not known."
                        + " Try again.");
    }

    private static Problem internal(Throwable failure) {
        String reference = RandomId.of("err");
        LOG.atError()
                .setCause(failure)
                .addKeyValue("reference", reference)
                .log("a request failed for a reason that no caller can know");
        return new Problem(
                        ProblemType.INTERNAL_ERROR,
                        "Something is wrong in the gateway; its log has the reference "
                                + reference
                                + ".")
                .with("reference", reference);
    }
}
