package io.moor.gateway.protocol;

/**
 * @param drain id of the order
 * @param timeoutMs how long the sidecar may take, ms, counted from the first time it sees the order
 */
public record DrainOrder(String drain, long timeoutMs) {}
