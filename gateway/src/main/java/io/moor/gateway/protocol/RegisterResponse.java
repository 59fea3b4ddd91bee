package io.moor.gateway.protocol;

/**
 * @param instance id of the instance
 * @param incarnation this life of the instance; every later call names it
 * @param group group it is in
 * @param slot index of the slot it fills
 * @param token instance token, bound to this incarnation; shown once
 * @param leaseTtlMs how long the lease lasts without renewal, ms
 */
public record RegisterResponse(
        String instance,
        String incarnation,
        String group,
        int slot,
        String token,
        long leaseTtlMs) {}
