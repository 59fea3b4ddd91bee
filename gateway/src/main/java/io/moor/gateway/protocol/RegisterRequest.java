package io.moor.gateway.protocol;

import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/instances}, with a join token of the group: an instance joins. Repeating it with
 * the same instance and boot id returns the same incarnation and slot with a fresh token (a sidecar
 * that was restarted).
 *
 * @param instance id that the platform gave the server; letters, digits, dots, dashes, underscores,
 *     at most 128
 * @param bootId {@code /proc/sys/kernel/random/boot_id}, or another token that a reboot changes
 * @param group group to join
 * @param slot index asked for; null for the lowest free slot whose volumes can follow
 */
public record RegisterRequest(
        String instance, String bootId, String group, @Nullable Integer slot) {}
