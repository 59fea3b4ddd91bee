package io.moor.gateway.http;

import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatableRequest;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Refuses bodies of another media type, and calls the accepted ones JSON for the validator. */
record CheckedBody(Map<String, Set<String>> mediaTypes) implements RequestExtractor {

    @Override
    public Future<ValidatableRequest> extractValidatableRequest(
            RoutingContext context, Operation operation) {
        Set<String> accepted = mediaTypes.get(operation.getOperationId());
        if (accepted != null && !accepted.contains(mediaType(context))) {
            return Future.failedFuture(
                    new Problem(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            "Send the body with Content-Type: "
                                    + String.join(" or ", accepted)
                                    + "."));
        }
        return RequestExtractor.withBodyHandler()
                .extractValidatableRequest(context, operation)
                .map(AsJson::new);
    }

    private static String mediaType(RoutingContext context) {
        String header = context.request().getHeader("Content-Type");
        return header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private record AsJson(ValidatableRequest request) implements ValidatableRequest {

        @Override
        public String getContentType() {
            return "application/json";
        }

        @Override
        public Map<String, RequestParameter> getCookies() {
            return request.getCookies();
        }

        @Override
        public Map<String, RequestParameter> getPathParameters() {
            return request.getPathParameters();
        }

        @Override
        public Map<String, RequestParameter> getQuery() {
            return request.getQuery();
        }

        @Override
        public Map<String, RequestParameter> getHeaders() {
            return request.getHeaders();
        }

        @Override
        public RequestParameter getBody() {
            return request.getBody();
        }
    }
}
