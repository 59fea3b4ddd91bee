package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DrainOrder;
import io.moor.gateway.protocol.DrainOutcome;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * One drain order, carried out on a virtual thread within its time on the monotonic clock: stop the
 * workload, ship and seal the logs, release the volumes, say exactly what was done and what was
 * not.
 */
final class DrainRun {

    private static final Logger LOG = LoggerFactory.getLogger(DrainRun.class);

    /** Where a drain stands; decides what the loop may do meanwhile. */
    enum Phase {
        /** Stopping the workload and finishing logs: volumes stay as they are. */
        FINISHING,
        /** Volumes are taken away. */
        LETTING_GO
    }

    /** Gets a shipper running for everything that is attached, whoever attached it. */
    interface Preparation {
        void run() throws InterruptedException;
    }

    private final DrainOrder order;
    private final String incarnation;
    private final @Nullable WorkloadConfig workload;
    private final Preparation preparation;
    private final ShipperFleet fleet;
    private final LogShipping logs;
    private final AttachmentBoard board;
    private final StateDirectory state;
    private final Wakeup wakeup;
    private final long started = System.nanoTime();
    private final AtomicReference<@Nullable DrainOutcome> outcome = new AtomicReference<>();
    private final Thread thread;
    private volatile Phase phase = Phase.FINISHING;

    DrainRun(
            DrainOrder order,
            String incarnation,
            @Nullable WorkloadConfig workload,
            Preparation preparation,
            ShipperFleet fleet,
            LogShipping logs,
            AttachmentBoard board,
            StateDirectory state,
            Wakeup wakeup) {
        this.order = order;
        this.incarnation = incarnation;
        this.workload = workload;
        this.preparation = preparation;
        this.fleet = fleet;
        this.logs = logs;
        this.board = board;
        this.state = state;
        this.wakeup = wakeup;
        this.thread = Thread.ofVirtual().name("drain-" + order.drain()).start(this::run);
    }

    String id() {
        return order.drain();
    }

    Phase phase() {
        return phase;
    }

    /** The result, once there is one. */
    @Nullable DrainOutcome outcome() {
        return outcome.get();
    }

    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            var result = carryOut();
            outcome.set(result);
            LOG.atInfo()
                    .addKeyValue("drain", order.drain())
                    .addKeyValue("complete", result.complete())
                    .addKeyValue("problems", result.problems())
                    .log("drain finished");
            wakeup.raise();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private DrainOutcome carryOut() throws InterruptedException {
        var budget =
                DrainBudget.of(
                        Duration.ofMillis(order.timeoutMs()),
                        workload == null ? Duration.ZERO : workload.timeout());
        LOG.atInfo()
                .addKeyValue("drain", order.drain())
                .addKeyValue("timeoutMs", order.timeoutMs())
                .log("drain started");
        state.forgetIdentity();
        var problems = new ArrayList<String>();
        if (workload != null) {
            WorkloadStop.run(workload, budget.workload()).ifPresent(problems::add);
        }
        preparation.run();
        var finishes = new ArrayList<>(fleet.finishAll(left(budget.logsUntil())));
        finishes.addAll(
                fleet.finishedAlone(
                        board.held().keySet().stream()
                                .map(LogAssignment::ofVolume)
                                .collect(Collectors.toSet())));
        var finished = DrainReports.merge(finishes, state.savedLogs(incarnation));
        if (!save(finished)) {
            problems.add(
                    "how far the logs got could not be written to the state directory before the"
                            + " volumes were released");
        }
        phase = Phase.LETTING_GO;
        var held = board.letGo(left(budget.volumesUntil()));
        finished =
                new LateLines(fleet, this::save).ship(finished, () -> left(budget.volumesUntil()));
        var origins = finished.stream().map(OriginLogs::origin).collect(Collectors.toSet());
        return DrainReports.outcome(
                order.drain(), finished, held, logs.unfinished(origins, held.values()), problems);
    }

    private boolean save(List<OriginLogs> finished) {
        return state.saveLogs(incarnation, finished);
    }

    private Duration left(Duration until) {
        var left = until.minusNanos(System.nanoTime() - started);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
