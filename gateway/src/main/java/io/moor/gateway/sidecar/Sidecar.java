package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.gateway.protocol.DrainOrder;
import io.moor.gateway.protocol.SyncRequest;
import io.moor.gateway.protocol.SyncResponse;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.Shippers;
import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The node agent. {@link #run} is its one loop: bring about what is desired, report what is true,
 * wait for news. Nothing in it waits for a mount, a shipper or a drain; these run on virtual
 * threads and cut the waiting call short when they are done.
 */
public final class Sidecar implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);
    private static final Duration RETRY_FIRST = Duration.ofMillis(250);
    private static final Duration RETRY_CAP = Duration.ofSeconds(3);
    private static final Duration DETACH_LOGS = Duration.ofSeconds(10);
    private static final Duration LET_GO_WHEN_GONE = Duration.ofSeconds(30);
    private static final Duration END_OPERATIONS = Duration.ofSeconds(10);
    private static final Duration ADOPT = Duration.ofSeconds(5);
    private static final Duration LAST_REPORT = Duration.ofSeconds(5);
    private static final Duration NEVER = Duration.ofDays(1);

    /** Shippers in one report; the gateway takes no more. */
    private static final int SHIPPERS_MAX = 1_000;

    private final SidecarConfig config;
    private final StateDirectory state;
    private final Wakeup wakeup = new Wakeup();
    private final ShipperFleet fleet;
    private final AttachmentBoard board;
    private final LogShipping logs;
    private volatile boolean stopping;
    private List<DesiredAttachment> desired = List.of();
    private long revision;
    private @Nullable DrainRun drain;
    private final OutcomeDelivery delivery = new OutcomeDelivery();
    private final Rejoining rejoining = new Rejoining(new Backoff(RETRY_FIRST, RETRY_CAP));

    /** Whether the gateway ever said what is desired; before, nothing is taken away. */
    private boolean informed;

    /**
     * @throws CommandFailure when the state directory cannot be used
     */
    public Sidecar(SidecarConfig config) {
        this(config, Shippers::start);
    }

    Sidecar(SidecarConfig config, ShipperStarter starter) {
        this.config = config;
        this.state = StateDirectory.open(config.state());
        this.fleet = new ShipperFleet(starter, wakeup::raise);
        this.board =
                new AttachmentBoard(
                        new VolumeOperations(config.volumes()),
                        volume ->
                                fleet.finishAndForget(LogAssignment.ofVolume(volume), DETACH_LOGS),
                        state,
                        state.found(),
                        wakeup,
                        System::nanoTime);
        this.logs = new LogShipping(config, board, fleet);
    }

    /** What the shippers do; never blocks. */
    List<ShipperStatus> shippers() {
        return fleet.statuses();
    }

    /** Asks the loop to end; {@link #run} returns soon, after a drain that is under way. */
    public void stop() {
        stopping = true;
        wakeup.raise();
    }

    /**
     * Runs until it is stopped.
     *
     * @return how the process ends
     * @throws CommandFailure when the gateway refused for good, or has ended this instance
     */
    public ExitCode run() throws InterruptedException {
        try {
            if (config.gateway() == null) {
                return runAlone();
            }
            return runInGroup(bootId());
        } finally {
            // The safe stop: streams stay open, mounts stay, the next sidecar continues both.
            board.awaitIdle(END_OPERATIONS);
            fleet.close();
        }
    }

    private ExitCode runAlone() throws InterruptedException {
        logs.ensure(Optional.ofNullable(config.slot().index()));
        LOG.atInfo().addKeyValue("logs", config.logs().size()).log("shipping without a gateway");
        while (!stopping) {
            var armed = wakeup.arm();
            if (!stopping) {
                Registration.pause(armed, NEVER);
            }
        }
        return ExitCode.DONE;
    }

    private ExitCode runInGroup(String bootId) throws InterruptedException {
        startOwnLogsEarly(bootId);
        try (var client = new GatewayClient(Objects.requireNonNull(config.gateway()))) {
            var registration = new Registration(config, client, wakeup, () -> stopping);
            while (!stopping) {
                Membership membership;
                switch (registration.join(bootId)) {
                    case Joined.Member member -> membership = member.membership();
                    case Joined.Stopped stopped -> {
                        return ExitCode.DONE;
                    }
                    case Joined.Gone gone -> throw ended(gone.why());
                }
                state.save(
                        new StateDirectory.Identity(
                                config.instanceId(),
                                bootId,
                                String.valueOf(config.group()),
                                membership.slot()));
                var end = new SyncLoop(client, membership).run();
                if (end != null) {
                    return end;
                }
            }
            return ExitCode.DONE;
        }
    }

    /** A gateway that is away must not keep an instance that was here before from shipping. */
    private void startOwnLogsEarly(String bootId) throws InterruptedException {
        var known = state.identity();
        if (known != null
                && known.instance().equals(config.instanceId())
                && known.bootId().equals(bootId)
                && known.group().equals(config.group())) {
            logs.ensure(Optional.of(known.slot()));
        }
    }

    /** One membership: from a registration until the gateway does not know its token any more. */
    private final class SyncLoop {

        private final GatewayClient client;
        private final Membership membership;
        private final Lease lease;
        private final Backoff backoff = new Backoff(RETRY_FIRST, RETRY_CAP);
        private @Nullable Long stopDeadline;

        SyncLoop(GatewayClient client, Membership membership) {
            this.client = client;
            this.membership = membership;
            this.lease = new Lease(System.nanoTime(), Duration.ofMillis(membership.leaseTtlMs()));
            revision = 0;
            rejoining.joined(System.nanoTime());
        }

        /**
         * @return how the process ends, or null to register again
         */
        @Nullable ExitCode run() throws InterruptedException {
            while (true) {
                var armed = wakeup.arm();
                if (stopping && mayStop()) {
                    return result();
                }
                converge();
                var request = request();
                var sentAt = System.nanoTime();
                var answer =
                        client.sync(
                                config.instanceId(),
                                membership.token(),
                                request,
                                lease.callTimeout(),
                                armed);
                switch (answer) {
                    case Answer.Ok<SyncResponse> ok -> {
                        say(lease.renewed(sentAt, Duration.ofMillis(ok.value().leaseTtlMs())), "");
                        backoff.reset();
                        rejoining.synced(System.nanoTime(), lease.timeToLive());
                        delivery.answered(request);
                        accept(ok.value());
                    }
                    case Answer.Cut<SyncResponse> cut -> {}
                    case Answer.Unreachable<SyncResponse> none -> {
                        say(lease.notRenewed(System.nanoTime()), none.why());
                        Registration.pause(armed, backoff.next());
                    }
                    case Answer.Refused<SyncResponse> refused -> {
                        var end = refused(refused, armed);
                        if (end) {
                            return result();
                        }
                        if (mustJoinAgain(refused.status())) {
                            return null;
                        }
                    }
                }
            }
        }

        private void converge() throws InterruptedException {
            var run = drain;
            if (run == null) {
                if (informed) {
                    board.converge(desired, false);
                }
                logs.ensure(Optional.of(membership.slot()));
            } else if (run.phase() == DrainRun.Phase.LETTING_GO) {
                board.converge(desired, true);
            }
        }

        private SyncRequest request() {
            var outcome = drain == null ? null : drain.outcome();
            var wait =
                    OutcomeDelivery.hold(
                            stopping, outcome != null, lease.wait(board.untilRetry(NEVER)));
            return new SyncRequest(
                    membership.incarnation(),
                    revision,
                    wait.toMillis(),
                    board.observed(),
                    fleet.streams(),
                    outcome,
                    fleet.statuses().stream().limit(SHIPPERS_MAX).map(ShipperReport::of).toList());
        }

        private void accept(SyncResponse response) throws InterruptedException {
            revision = response.revision();
            desired = response.attachments();
            informed = true;
            var order = response.drain();
            if (order != null && (drain == null || !drain.id().equals(order.drain()))) {
                begin(order);
            } else if (order == null && drain != null && resumed()) {
                LOG.info("the gateway gives this instance work again after its drain");
                fleet.close();
                drain = null;
            }
        }

        private boolean resumed() {
            return drain != null
                    && drain.outcome() != null
                    && desired.stream()
                            .anyMatch(each -> each.state() == DesiredAttachment.State.ATTACHED);
        }

        private void begin(DrainOrder order) throws InterruptedException {
            var before = drain;
            if (before != null) {
                before.join();
            }
            DrainRun.Preparation preparation =
                    () -> {
                        if (before != null) {
                            fleet.close();
                        }
                        board.adopt(ADOPT);
                        fleet.awaitClosed(ADOPT);
                        logs.ensure(Optional.of(membership.slot()));
                    };
            board.desire(desired);
            drain =
                    new DrainRun(
                            order,
                            membership.incarnation(),
                            config.workload(),
                            preparation,
                            fleet,
                            logs,
                            board,
                            state,
                            wakeup);
        }

        private void say(Lease.Change change, String why) {
            switch (change) {
                case NONE -> {}
                case LOST ->
                        LOG.atWarn()
                                .addKeyValue("why", why)
                                .log(
                                        "the lease could not be renewed in time; logs are shipped"
                                                + " and volumes stay, trying again");
                case BACK -> LOG.info("the lease is renewed again");
            }
        }

        /**
         * @return whether this process is done
         */
        private boolean refused(Answer.Refused<SyncResponse> refused, CompletableFuture<Void> armed)
                throws InterruptedException {
            if (refused.status() == Registration.GONE) {
                if (drain != null && drain.outcome() != null) {
                    LOG.info("drained and dismissed by the gateway");
                    return true;
                }
                throw ended(refused.why());
            }
            LOG.atWarn()
                    .addKeyValue("status", refused.status())
                    .addKeyValue("why", refused.why())
                    .log("the gateway refused the report, trying again");
            Registration.pause(
                    armed, mustJoinAgain(refused.status()) ? rejoining.refused() : backoff.next());
            return false;
        }

        private boolean mustJoinAgain(int status) {
            return status == 401 || status == 403 || status == 404 || status == 409;
        }

        /** A drain under way is finished and reported first; its own deadline bounds that. */
        private boolean mayStop() {
            var run = drain;
            if (run == null) {
                return true;
            }
            if (run.outcome() == null) {
                return false;
            }
            if (stopDeadline == null) {
                stopDeadline = System.nanoTime() + LAST_REPORT.toNanos();
            }
            return delivery.has(run.id()) || stopDeadline - System.nanoTime() < 0;
        }

        private ExitCode result() {
            var outcome = drain == null ? null : drain.outcome();
            return outcome == null || outcome.complete()
                    ? ExitCode.DONE
                    : ExitCode.NOT_EXTERNALIZED;
        }
    }

    /** The gateway has given this instance up: write nothing any more. */
    private CommandFailure ended(String why) throws InterruptedException {
        fleet.end();
        stopWorkload();
        var held = board.letGo(LET_GO_WHEN_GONE);
        var left =
                held.values().stream()
                        .filter(each -> !(each instanceof Holding.Detached))
                        .map(each -> each.grant().volume())
                        .sorted()
                        .toList();
        return new CommandFailure(
                ExitCode.FAILED,
                "the gateway has ended this instance ("
                        + why
                        + "); logs are stopped"
                        + (left.isEmpty()
                                ? " and no volume is attached"
                                : ", but still attached are " + String.join(", ", left))
                        + "; replace this server, or reboot it to join again");
    }

    /** An application that runs on would keep its volume busy; a drain stops it by itself. */
    private void stopWorkload() throws InterruptedException {
        var workload = config.workload();
        if (workload == null || drain != null) {
            return;
        }
        WorkloadStop.run(workload, workload.timeout())
                .ifPresent(why -> LOG.atWarn().addKeyValue("why", why).log("workload not stopped"));
    }

    private static String bootId() {
        try {
            return ThisMachine.bootId();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "cannot read the boot id of this machine from /proc", e);
        }
    }

    @Override
    public void close() {
        state.close();
    }
}
