package io.moor.gateway.http;

import io.moor.gateway.access.Caller;
import io.moor.gateway.access.Role;
import io.moor.gateway.access.Token;
import io.moor.gateway.access.Tokens;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import io.vertx.openapi.contract.Operation;

import java.util.Set;

/**
 * Finds the caller by its bearer token and holds it to the roles that the OpenAPI file names. It
 * looks at the head of a request only; the body waits in the connection meanwhile.
 */
final class Authentication implements SecurityPolicyHandler {

    private static final String SCHEME = "Bearer ";

    private final Contract contract;
    private final Tokens tokens;
    private final Blocking blocking;

    Authentication(Contract contract, Tokens tokens, Blocking blocking) {
        this.contract = contract;
        this.tokens = tokens;
        this.blocking = blocking;
    }

    @Override
    public void handle(RoutingContext context) {
        Operation operation =
                contract.model()
                        .findOperation(context.normalizedPath(), context.request().method());
        if (operation == null) {
            // The router takes paths that the contract does not know, such as one with a slash at
            // its end. Whatever has no operation has no roles either, so it goes no further.
            throw contract.unknown(context.normalizedPath());
        }
        Set<Role> roles = Contract.roles(operation);
        if (!roles.isEmpty()) {
            Caller caller = whileTheBodyWaits(context);
            if (!roles.contains(caller.role())) {
                throw new Problem(
                        ProblemType.FORBIDDEN,
                        "This needs a token with role %s, this one has %s."
                                .formatted(roles, caller.role()));
            }
            Request.caller(context, caller);
        }
        context.next();
    }

    private Caller whileTheBodyWaits(RoutingContext context) {
        context.request().pause();
        try {
            return caller(context);
        } finally {
            context.request().resume();
        }
    }

    private Caller caller(RoutingContext context) {
        String header = context.request().getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new Problem(
                    ProblemType.UNAUTHENTICATED, "Send a token: 'Authorization: Bearer TOKEN'.");
        }
        Token token = new Token(header.substring(SCHEME.length()).strip());
        return blocking.call(() -> tokens.caller(token))
                .orElseThrow(() ->
                        new Problem(
                                ProblemType.UNAUTHENTICATED,
                                "Nobody has this token; it may have been replaced by a newer"
                                        + " one."));
    }
}
