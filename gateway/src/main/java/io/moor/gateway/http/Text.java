package io.moor.gateway.http;

/** The body of a reply that is not JSON. */
public record Text(String contentType, String text) {}
