package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.gateway.protocol.DesiredAttachment.State;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has to be done to get from what is held to what is desired. Pure; levels, not edges: it may
 * be asked at any time and answers from the state alone.
 */
final class AttachmentPlan {

    private AttachmentPlan() {}

    /** One thing to do for one volume. */
    sealed interface Action {
        String volume();

        /** Make it usable. */
        record Attach(DesiredAttachment grant) implements Action {
            @Override
            public String volume() {
                return grant.volume();
            }
        }

        /**
         * Flush it and take it away; also to confirm that it is not there.
         *
         * @param grant the attachment that ends
         */
        record Detach(DesiredAttachment grant) implements Action {
            @Override
            public String volume() {
                return grant.volume();
            }
        }

        /** Nobody asks about it any more. */
        record Forget(String volume) implements Action {}

        /** An order older than what is held; an old message, or a bug: it is not obeyed. */
        record IgnoreStale(DesiredAttachment grant, long heldEpoch) implements Action {
            @Override
            public String volume() {
                return grant.volume();
            }
        }
    }

    /**
     * @param desired everything that is desired here
     * @param held what is known, by volume
     * @param letGo whether to let go of everything whatever is desired: a drain
     */
    static List<Action> plan(
            List<DesiredAttachment> desired, Map<String, Holding> held, boolean letGo) {
        var goals = newest(desired);
        var volumes = new ArrayList<>(goals.keySet());
        held.keySet().stream().filter(volume -> !goals.containsKey(volume)).forEach(volumes::add);
        var actions = new ArrayList<Action>();
        for (var volume : volumes.stream().sorted().toList()) {
            var holding = held.get(volume);
            var goal = goals.get(volume);
            var action = letGo ? release(holding, goal) : step(volume, holding, goal);
            action.ifPresent(actions::add);
        }
        return actions;
    }

    /** Of several grants of one volume the newest counts. */
    private static Map<String, DesiredAttachment> newest(List<DesiredAttachment> desired) {
        var goals = new HashMap<String, DesiredAttachment>();
        desired.stream()
                .sorted(Comparator.comparingLong(DesiredAttachment::epoch))
                .forEach(each -> goals.put(each.volume(), each));
        return goals;
    }

    private static Optional<Action> step(
            String volume, @Nullable Holding holding, @Nullable DesiredAttachment goal) {
        if (goal == null) {
            return Optional.of(
                    holding == null || holding instanceof Holding.Detached
                            ? new Action.Forget(volume)
                            : new Action.Detach(holding.grant()));
        }
        if (holding != null && holding.grant().epoch() > goal.epoch()) {
            return Optional.of(new Action.IgnoreStale(goal, holding.grant().epoch()));
        }
        return goal.state() == State.DETACHED ? release(holding, goal) : attach(holding, goal);
    }

    /** A release is confirmed even when nothing was ever attached here: the gateway has to know. */
    private static Optional<Action> release(
            @Nullable Holding holding, @Nullable DesiredAttachment goal) {
        if (holding == null) {
            return Optional.ofNullable(goal).map(Action.Detach::new);
        }
        if (holding instanceof Holding.Detached
                && (goal == null || holding.grant().epoch() >= goal.epoch())) {
            return Optional.empty();
        }
        return Optional.of(
                new Action.Detach(goal == null ? holding.grant() : ending(holding, goal)));
    }

    /** What is really mounted is what has to be taken away; a newer grant never mounted is not. */
    private static DesiredAttachment ending(Holding holding, DesiredAttachment goal) {
        return switch (holding) {
            case Holding.Attached attached -> attached.grant();
            case Holding.DetachFailed failed -> failed.grant();
            case Holding.Detached detached -> goal;
            case Holding.AttachFailed failed -> goal;
            case Holding.Found found -> found.grant();
        };
    }

    private static Optional<Action> attach(@Nullable Holding holding, DesiredAttachment goal) {
        var same = holding != null && holding.grant().attachment().equals(goal.attachment());
        return switch (holding) {
            case Holding.Attached attached when same -> Optional.empty();
            // Desired again before it could be taken away: it is still there.
            case Holding.DetachFailed failed when same -> Optional.of(new Action.Attach(goal));
            case Holding.Attached attached -> Optional.of(new Action.Detach(attached.grant()));
            case Holding.DetachFailed failed -> Optional.of(new Action.Detach(failed.grant()));
            case Holding.Found found when same -> Optional.of(new Action.Attach(goal));
            case Holding.Found found -> Optional.of(new Action.Detach(found.grant()));
            case Holding.Detached detached -> Optional.of(new Action.Attach(goal));
            case Holding.AttachFailed failed -> Optional.of(new Action.Attach(goal));
            case null -> Optional.of(new Action.Attach(goal));
        };
    }
}
