package io.moor.gateway.access;

/** What a token is good for; the OpenAPI file names the roles of every operation. */
public enum Role {
    OPERATOR,
    JOIN,
    INSTANCE
}
