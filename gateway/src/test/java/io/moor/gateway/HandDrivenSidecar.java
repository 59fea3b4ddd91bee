package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.gateway.protocol.DrainOutcome;
import io.moor.gateway.protocol.ObservedAttachment;
import io.moor.gateway.protocol.ObservedStream;
import io.moor.gateway.protocol.RegisterRequest;
import io.moor.gateway.protocol.SyncRequest;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** An instance whose sidecar is the test: it says what the test wants, over real HTTP. */
final class HandDrivenSidecar {

    final String instance;
    final String incarnation;
    final int slot;
    private final Api api;
    private final List<ObservedAttachment> observed = new ArrayList<>();
    private final List<ObservedStream> streams = new ArrayList<>();
    private long revision;

    private HandDrivenSidecar(GatewayFixture gateway, Api.Answer registered) {
        assertThat(registered.status()).as("%s", registered.body()).isEqualTo(201);
        this.instance = registered.text("instance");
        this.incarnation = registered.text("incarnation");
        this.slot = registered.at("/slot").asInt();
        this.api = gateway.with(registered.text("token"));
    }

    static String joinToken(GatewayFixture gateway, String group) {
        return gateway.api().post("/v1/groups/" + group + "/join-tokens", "{}").text("token");
    }

    static Api.Answer tryRegister(
            GatewayFixture gateway, String joinToken, RegisterRequest request) {
        return gateway.with(joinToken).post("/v1/instances", request);
    }

    static HandDrivenSidecar register(
            GatewayFixture gateway, String joinToken, String group, String instance) {
        return new HandDrivenSidecar(
                gateway,
                tryRegister(
                        gateway,
                        joinToken,
                        new RegisterRequest(instance, "boot-" + instance, group, null)));
    }

    Api api() {
        return api;
    }

    long revision() {
        return revision;
    }

    void streams(ObservedStream... now) {
        streams.clear();
        streams.addAll(List.of(now));
    }

    /** Reports without waiting, as if the given revision were the newest seen. */
    Api.Answer sync(long seen, long waitMs, List<ObservedAttachment> attachments) {
        return sync(seen, waitMs, attachments, null);
    }

    Api.Answer sync(
            long seen,
            long waitMs,
            List<ObservedAttachment> attachments,
            @Nullable DrainOutcome drain) {
        return api.post(
                "/v1/instances/" + instance + "/sync",
                new SyncRequest(incarnation, seen, waitMs, attachments, streams, drain));
    }

    /** Reports what it has, and understands the answer. */
    JsonNode sync(long waitMs) {
        Api.Answer answer = sync(revision, waitMs, observed);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        revision = answer.at("/revision").asLong();
        return answer.body();
    }

    Api.Answer finish(DrainOutcome outcome) {
        return sync(revision, 0, observed, outcome);
    }

    /** Syncs until the desired set is as wanted. */
    JsonNode awaitDesired(Predicate<JsonNode> wanted) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < end) {
            JsonNode answer = sync(1_000);
            if (wanted.test(answer)) {
                return answer;
            }
        }
        throw new AssertionError(instance + " was never told what it waits for");
    }

    /** Waits for one desired attachment. */
    JsonNode awaitAttachment() {
        return awaitDesired(answer -> answer.path("attachments").size() == 1)
                .path("attachments")
                .get(0);
    }

    static ObservedAttachment observe(
            JsonNode desired, ObservedAttachment.State state, String detail) {
        return new ObservedAttachment(
                desired.path("attachment").asText(),
                desired.path("volume").asText(),
                desired.path("epoch").asLong(),
                state,
                state == ObservedAttachment.State.ATTACHED ? "/srv/data" : "",
                detail);
    }

    /** Says from now on that it has this attachment in that state, and syncs. */
    void report(JsonNode desired, ObservedAttachment.State state, String detail) {
        observed.removeIf(other -> other.attachment().equals(desired.path("attachment").asText()));
        observed.add(observe(desired, state, detail));
        sync(0);
    }
}
