package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.gateway.protocol.ObservedAttachment;
import io.moor.gateway.sidecar.AttachmentPlan.Action;
import io.moor.volumes.VolumeException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Brings about what is desired, one operation at a time per volume, each on a virtual thread, and
 * knows what is true. A finished operation raises the wakeup, so that it is reported at once; a
 * failed one is repeated with backoff. Thread-safe.
 */
final class AttachmentBoard {

    private static final Logger LOG = LoggerFactory.getLogger(AttachmentBoard.class);
    private static final Duration RETRY_FIRST = Duration.ofMillis(500);
    private static final Duration RETRY_CAP = Duration.ofSeconds(15);

    /** Characters of a reason in a report; the gateway takes 8,192. */
    private static final int WORDS_MAX = 4_000;

    /** Stops the shippers of a volume before it is taken away. */
    interface BeforeDetach {
        void finishLogs(String volume) throws InterruptedException;
    }

    /** Remembers over the life of a process what may be attached. */
    interface Memory {
        /** Written before anything is attached; without it nothing may be. */
        void remember(DesiredAttachment grant, Path path) throws VolumeException;

        /** It is confirmed that nothing is attached. */
        void forget(String volume);
    }

    private final VolumeOperations operations;
    private final BeforeDetach beforeDetach;
    private final Memory memory;
    private final Wakeup wakeup;
    private final LongSupplier nanos;
    private final Map<String, Holding> held = new HashMap<>();
    private final Set<String> busy = new HashSet<>();
    private final Map<String, Backoff> backoffs = new HashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private final Set<String> warnedStale = new HashSet<>();
    private List<DesiredAttachment> desired = List.of();

    AttachmentBoard(
            VolumeOperations operations,
            BeforeDetach beforeDetach,
            Memory memory,
            List<Holding.Found> found,
            Wakeup wakeup,
            LongSupplier nanos) {
        this.operations = operations;
        this.beforeDetach = beforeDetach;
        this.memory = memory;
        found.forEach(each -> held.put(each.grant().volume(), each));
        this.wakeup = wakeup;
        this.nanos = nanos;
    }

    /** Starts what is due now; never waits. */
    synchronized void converge(List<DesiredAttachment> newDesired, boolean letGo) {
        if (!newDesired.equals(desired)) {
            // A changed order deserves an attempt at once.
            notBefore.clear();
            desired = List.copyOf(newDesired);
        }
        for (var action : AttachmentPlan.plan(desired, held, letGo)) {
            if (!busy.contains(action.volume()) && due(action.volume())) {
                start(action);
            }
        }
    }

    /**
     * Takes over what an earlier process attached, without attaching anything new: a drain has to
     * finish those logs too. Blocks; waits for operations that are running.
     */
    void adopt(Duration timeout) throws InterruptedException {
        awaitIdle(timeout);
        for (var grant : current()) {
            var ours =
                    switch (holding(grant.volume())) {
                        case Holding.Found found ->
                                found.grant().attachment().equals(grant.attachment());
                        case null -> grant.state() == DesiredAttachment.State.ATTACHED;
                        default -> false;
                    };
            if (ours && isAttached(grant)) {
                done(grant.volume(), attach(grant));
            }
        }
    }

    private boolean isAttached(DesiredAttachment grant) {
        try {
            return operations.isAttached(grant);
        } catch (VolumeException e) {
            LOG.atWarn()
                    .addKeyValue("volume", grant.volume())
                    .addKeyValue("why", e.getMessage())
                    .log("cannot tell whether a volume is attached");
            return false;
        }
    }

    private boolean due(String volume) {
        var earliest = notBefore.get(volume);
        return earliest == null || nanos.getAsLong() - earliest >= 0;
    }

    private void start(Action action) {
        switch (action) {
            case Action.Forget forget -> {
                held.remove(forget.volume());
                backoffs.remove(forget.volume());
            }
            case Action.IgnoreStale stale -> {
                if (warnedStale.add(stale.grant().attachment())) {
                    LOG.atWarn()
                            .addKeyValue("volume", stale.volume())
                            .addKeyValue("epoch", stale.grant().epoch())
                            .addKeyValue("heldEpoch", stale.heldEpoch())
                            .log("ignored an order with an old epoch");
                }
            }
            case Action.Attach attach -> onThread(action, () -> attach(attach.grant()));
            case Action.Detach detach -> onThread(action, () -> detach(detach.grant()));
        }
    }

    private interface Operation {
        Holding run() throws InterruptedException;
    }

    private void onThread(Action action, Operation operation) {
        busy.add(action.volume());
        Thread.ofVirtual()
                .name("volume-" + action.volume())
                .start(() -> {
                    try {
                        done(action.volume(), operation.run());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private synchronized void done(String volume, Holding result) {
        busy.remove(volume);
        held.put(volume, result);
        var backoff = backoffs.computeIfAbsent(volume, key -> new Backoff(RETRY_FIRST, RETRY_CAP));
        switch (result) {
            case Holding.Attached attached -> settled(volume, backoff);
            case Holding.Detached detached -> settled(volume, backoff);
            case Holding.AttachFailed failed -> failed(volume, backoff, failed.why());
            case Holding.DetachFailed failed -> failed(volume, backoff, failed.why());
            case Holding.Found found -> failed(volume, backoff, found.why());
        }
        notifyAll();
        wakeup.raise();
    }

    private void settled(String volume, Backoff backoff) {
        backoff.reset();
        notBefore.remove(volume);
    }

    private void failed(String volume, Backoff backoff, String why) {
        notBefore.put(volume, nanos.getAsLong() + backoff.next().toNanos());
        LOG.atWarn()
                .addKeyValue("volume", volume)
                .addKeyValue("why", why)
                .log("volume operation failed, will be tried again");
    }

    private Holding attach(DesiredAttachment grant) {
        var before = holding(grant.volume());
        try {
            var path = operations.path(grant);
            if (before instanceof Holding.Found found && !found.path().equals(path)) {
                operations.detach(found.grant(), found.path());
            }
            memory.remember(grant, path);
            var result = operations.attach(grant);
            LOG.atInfo()
                    .addKeyValue("volume", grant.volume())
                    .addKeyValue("epoch", grant.epoch())
                    .addKeyValue("path", result.path())
                    .addKeyValue("how", result.how())
                    .addKeyValue("check", result.check())
                    .log("volume attached");
            return new Holding.Attached(grant, result.path(), real(result.path()), result.check());
        } catch (VolumeException | RuntimeException e) {
            return before instanceof Holding.Found found
                    ? new Holding.Found(found.grant(), found.path(), words(e))
                    : new Holding.AttachFailed(grant, words(e));
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    private Holding detach(DesiredAttachment grant) throws InterruptedException {
        beforeDetach.finishLogs(grant.volume());
        return takeAway(grant);
    }

    private Holding takeAway(DesiredAttachment grant) {
        var before = holding(grant.volume());
        try {
            var known = knownPath(before);
            var path = known == null ? operations.path(grant) : known;
            operations.detach(grant, path);
            memory.forget(grant.volume());
            LOG.atInfo()
                    .addKeyValue("volume", grant.volume())
                    .addKeyValue("epoch", grant.epoch())
                    .addKeyValue("path", path)
                    .log("volume detached");
            return new Holding.Detached(grant);
        } catch (VolumeException | RuntimeException e) {
            return stillThere(before, grant, words(e));
        }
    }

    private static @Nullable Path knownPath(@Nullable Holding holding) {
        return switch (holding) {
            case Holding.Attached attached -> attached.path();
            case Holding.DetachFailed failed -> failed.attached().path();
            case Holding.Found found -> found.path();
            case Holding.Detached detached -> null;
            case Holding.AttachFailed failed -> null;
            case null -> null;
        };
    }

    /** Where a volume is or belongs; empty when nothing says it. */
    Optional<Path> path(Holding holding) {
        var known = knownPath(holding);
        try {
            return Optional.of(known == null ? operations.path(holding.grant()) : known);
        } catch (VolumeException e) {
            return Optional.empty();
        }
    }

    private Holding stillThere(@Nullable Holding before, DesiredAttachment grant, String why) {
        return switch (before) {
            case Holding.Attached attached -> new Holding.DetachFailed(attached, why);
            case Holding.DetachFailed failed -> new Holding.DetachFailed(failed.attached(), why);
            case Holding.AttachFailed failed -> new Holding.AttachFailed(grant, why);
            case Holding.Detached detached -> new Holding.AttachFailed(grant, why);
            case Holding.Found found -> new Holding.Found(found.grant(), found.path(), why);
            case null -> new Holding.AttachFailed(grant, why);
        };
    }

    private static String words(Exception e) {
        var words =
                e instanceof VolumeException
                        ? String.valueOf(e.getMessage())
                        : "unexpected " + e.getClass().getSimpleName() + ": " + e.getMessage();
        return words.length() > WORDS_MAX ? words.substring(0, WORDS_MAX) + "…" : words;
    }

    private synchronized @Nullable Holding holding(String volume) {
        return held.get(volume);
    }

    /**
     * A consistent moment.
     *
     * @param usable what is attached and nobody is working on: its logs may be shipped
     * @param busy volumes that are being worked on: their logs are the operation's business
     */
    record Snapshot(Map<String, Holding.Attached> usable, Set<String> busy) {}

    synchronized Snapshot snapshot() {
        var usable = new HashMap<String, Holding.Attached>();
        held.forEach((volume, holding) -> {
            if (!busy.contains(volume)) {
                if (holding instanceof Holding.Attached attached) {
                    usable.put(volume, attached);
                } else if (holding instanceof Holding.DetachFailed failed) {
                    usable.put(volume, failed.attached());
                }
            }
        });
        return new Snapshot(usable, Set.copyOf(busy));
    }

    /** Waits until no operation is running, or the time is over. */
    synchronized void awaitIdle(Duration timeout) throws InterruptedException {
        var deadline = nanos.getAsLong() + timeout.toNanos();
        while (!busy.isEmpty() && deadline - nanos.getAsLong() > 0) {
            wait(Math.max(1, (deadline - nanos.getAsLong()) / 1_000_000));
        }
    }

    /** What the gateway should know, complete. */
    synchronized List<ObservedAttachment> observed() {
        var observed = new ArrayList<ObservedAttachment>();
        held.values().stream()
                .filter(holding ->
                        !(holding instanceof Holding.Found found && found.why().isEmpty()))
                .forEach(holding -> observed.add(observe(holding)));
        for (var order : desired) {
            var holding = held.get(order.volume());
            var superseded =
                    holding != null
                            && !busy.contains(order.volume())
                            && holding.grant().epoch() > order.epoch();
            if (superseded && order.state() == DesiredAttachment.State.DETACHED) {
                observed.add(report(order, ObservedAttachment.State.DETACHED, "", ""));
            }
        }
        return observed;
    }

    private static ObservedAttachment observe(Holding holding) {
        var grant = holding.grant();
        return switch (holding) {
            case Holding.Attached attached ->
                    report(
                            grant,
                            ObservedAttachment.State.ATTACHED,
                            attached.path().toString(),
                            attached.check());
            case Holding.Detached detached ->
                    report(grant, ObservedAttachment.State.DETACHED, "", "");
            case Holding.AttachFailed failed ->
                    report(grant, ObservedAttachment.State.FAILED, "", failed.why());
            case Holding.DetachFailed failed ->
                    report(
                            grant,
                            ObservedAttachment.State.FAILED,
                            failed.attached().path().toString(),
                            failed.why());
            case Holding.Found found ->
                    report(
                            grant,
                            ObservedAttachment.State.FAILED,
                            found.path().toString(),
                            found.why());
        };
    }

    private static ObservedAttachment report(
            DesiredAttachment grant, ObservedAttachment.State state, String path, String detail) {
        return new ObservedAttachment(
                grant.attachment(), grant.volume(), grant.epoch(), state, path, detail);
    }

    /** How long until a failed operation is due again; at most the given time. */
    synchronized Duration untilRetry(Duration most) {
        var now = nanos.getAsLong();
        var earliest =
                notBefore.values().stream()
                        .mapToLong(time -> Math.max(0, time - now))
                        .min()
                        .orElse(Long.MAX_VALUE);
        return earliest < most.toNanos() ? Duration.ofNanos(earliest) : most;
    }

    /**
     * Waits until every held volume is detached or the time is over, trying again meanwhile.
     *
     * @return what is held at the end, by volume
     */
    Map<String, Holding> letGo(Duration timeout) throws InterruptedException {
        var deadline = nanos.getAsLong() + timeout.toNanos();
        while (true) {
            converge(current(), true);
            synchronized (this) {
                var left = deadline - nanos.getAsLong();
                if (left <= 0 || allGone()) {
                    return Map.copyOf(held);
                }
                var pause = untilRetry(Duration.ofNanos(left)).toMillis();
                wait(Math.max(1, busy.isEmpty() ? pause : Math.min(left / 1_000_000, 1_000)));
            }
        }
    }

    /** Volumes that this instance had, has or is getting, by id. */
    synchronized Map<String, Holding> held() {
        return Map.copyOf(held);
    }

    /** What is desired, for a loop that may not act on it now. */
    synchronized void desire(List<DesiredAttachment> newDesired) {
        desired = List.copyOf(newDesired);
    }

    private synchronized List<DesiredAttachment> current() {
        return desired;
    }

    private boolean allGone() {
        return busy.isEmpty()
                && held.values().stream().allMatch(Holding.Detached.class::isInstance)
                && desired.stream().allMatch(order -> held.containsKey(order.volume()));
    }
}
