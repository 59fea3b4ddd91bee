package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.RegisterRequest;
import io.moor.gateway.protocol.RegisterResponse;
import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.config.Secret;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Joins the group, and keeps trying for as long as that can succeed. */
final class Registration {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    private static final Duration RETRY_FIRST = Duration.ofMillis(250);
    private static final Duration RETRY_CAP = Duration.ofSeconds(10);
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int CONFLICT = 409;

    /** This life of the instance has ended; for joining and for reporting. */
    static final int GONE = 410;

    private final SidecarConfig config;
    private final GatewayClient client;
    private final Wakeup wakeup;
    private final BooleanSupplier stopping;
    private String saidLast = "";

    Registration(
            SidecarConfig config, GatewayClient client, Wakeup wakeup, BooleanSupplier stopping) {
        this.config = config;
        this.client = client;
        this.wakeup = wakeup;
        this.stopping = stopping;
    }

    /**
     * @return how it ended; a gateway that is away or has no place yet is asked again
     * @throws CommandFailure when the gateway refused for good
     */
    Joined join(String bootId) throws InterruptedException {
        var token = Objects.requireNonNull(config.token());
        var request =
                new RegisterRequest(
                        config.instanceId(),
                        bootId,
                        Objects.requireNonNull(config.group()),
                        config.slot().index());
        var backoff = new Backoff(RETRY_FIRST, RETRY_CAP);
        while (!stopping.getAsBoolean()) {
            var armed = wakeup.arm();
            switch (attempt(token, request, armed)) {
                case Answer.Ok<RegisterResponse> ok -> {
                    return new Joined.Member(joined(ok.value()));
                }
                case Answer.Cut<RegisterResponse> cut -> {}
                case Answer.Unreachable<RegisterResponse> none ->
                        sayWaiting("the gateway " + config.gateway() + ": " + none.why());
                case Answer.Refused<RegisterResponse> refused -> {
                    if (refused.status() == GONE) {
                        return new Joined.Gone(refused.why());
                    }
                    refused(refused);
                }
            }
            pause(armed, backoff.next());
        }
        return new Joined.Stopped();
    }

    private Answer<RegisterResponse> attempt(
            Secret token, RegisterRequest request, CompletableFuture<Void> armed)
            throws InterruptedException {
        return stopping.getAsBoolean()
                ? new Answer.Cut<>()
                : client.register(token, request, armed);
    }

    private static Membership joined(RegisterResponse response) {
        LOG.atInfo()
                .addKeyValue("group", response.group())
                .addKeyValue("slot", response.slot())
                .addKeyValue("incarnation", response.incarnation())
                .log("joined");
        return Membership.of(response);
    }

    private void refused(Answer.Refused<RegisterResponse> refused) {
        switch (refused.status()) {
            case NOT_FOUND, REQUEST_TIMEOUT, CONFLICT -> sayWaiting(refused.why());
            default ->
                    throw new CommandFailure(
                            ExitCode.FAILED,
                            "the gateway "
                                    + config.gateway()
                                    + " does not let "
                                    + config.instanceId()
                                    + " join group "
                                    + config.group()
                                    + " ("
                                    + refused.status()
                                    + " "
                                    + refused.why()
                                    + "); check 'token' and 'group' in the sidecar's configuration,"
                                    + " a new token comes from 'moor group join-token "
                                    + config.group()
                                    + "'");
        }
    }

    /** The same reason is said once, not at every attempt. */
    private void sayWaiting(String why) {
        if (!why.equals(saidLast)) {
            saidLast = why;
            LOG.atWarn().addKeyValue("why", why).log("cannot join yet, trying again");
        }
    }

    /** Ends early when something is raised, such as a stop. */
    static void pause(CompletableFuture<Void> armed, Duration time) throws InterruptedException {
        try {
            armed.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
