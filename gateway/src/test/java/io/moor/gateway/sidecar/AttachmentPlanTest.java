package io.moor.gateway.sidecar;

import static io.moor.gateway.protocol.DesiredAttachment.State.ATTACHED;
import static io.moor.gateway.protocol.DesiredAttachment.State.DETACHED;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.gateway.sidecar.AttachmentPlan.Action;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class AttachmentPlanTest {

    private static final Path PATH = Path.of("/srv/data");

    private static DesiredAttachment grant(long epoch, DesiredAttachment.State state) {
        return new DesiredAttachment(
                "a" + epoch, "v", epoch, "data", "", "image", "/mnt/shared", false, false, state);
    }

    private static final DesiredAttachment ON_2 = grant(2, ATTACHED);
    private static final DesiredAttachment OFF_2 = grant(2, DETACHED);
    private static final DesiredAttachment ON_3 = grant(3, ATTACHED);

    private static Holding.Attached attached(DesiredAttachment grant) {
        return new Holding.Attached(grant, PATH, PATH, "");
    }

    private static Arguments row(
            String name, List<DesiredAttachment> desired, List<Holding> held, Action... actions) {
        return Arguments.of(name, desired, held, false, List.of(actions));
    }

    private static Arguments drain(
            String name, List<DesiredAttachment> desired, List<Holding> held, Action... actions) {
        return Arguments.of(name, desired, held, true, List.of(actions));
    }

    static Stream<Arguments> table() {
        var detached = new Holding.Detached(ON_2);
        var attachFailed = new Holding.AttachFailed(ON_2, "why");
        var detachFailed = new Holding.DetachFailed(attached(ON_2), "busy");
        var found = new Holding.Found(ON_2, PATH, "");
        return Stream.of(
                row("nothing at all", List.of(), List.of()),
                row("new grant", List.of(ON_2), List.of(), new Action.Attach(ON_2)),
                row("already there", List.of(ON_2), List.of(attached(ON_2))),
                row("failed before", List.of(ON_2), List.of(attachFailed), new Action.Attach(ON_2)),
                row("granted again", List.of(ON_3), List.of(detached), new Action.Attach(ON_3)),
                row(
                        "newer epoch while the old one is mounted: take it away first",
                        List.of(ON_3),
                        List.of(attached(ON_2)),
                        new Action.Detach(ON_2)),
                row(
                        "old release and new grant at once, nothing known",
                        List.of(OFF_2, ON_3),
                        List.of(),
                        new Action.Attach(ON_3)),
                row(
                        "desired again before it could be taken away",
                        List.of(ON_2),
                        List.of(detachFailed),
                        new Action.Attach(ON_2)),
                row("release", List.of(OFF_2), List.of(attached(ON_2)), new Action.Detach(ON_2)),
                row(
                        "found, still desired: take it over",
                        List.of(ON_2),
                        List.of(found),
                        new Action.Attach(ON_2)),
                row(
                        "found, granted anew: take it away first",
                        List.of(ON_3),
                        List.of(found),
                        new Action.Detach(ON_2)),
                row(
                        "found, not desired any more",
                        List.of(),
                        List.of(found),
                        new Action.Detach(ON_2)),
                drain("drain: found", List.of(), List.of(found), new Action.Detach(ON_2)),
                row("released", List.of(OFF_2), List.of(detached)),
                row(
                        "release, busy before",
                        List.of(OFF_2),
                        List.of(detachFailed),
                        new Action.Detach(ON_2)),
                row(
                        "release of what this process never attached: confirm it",
                        List.of(OFF_2),
                        List.of(),
                        new Action.Detach(OFF_2)),
                row(
                        "not mentioned any more, attached",
                        List.of(),
                        List.of(attached(ON_2)),
                        new Action.Detach(ON_2)),
                row(
                        "not mentioned any more, failed halfway",
                        List.of(),
                        List.of(attachFailed),
                        new Action.Detach(ON_2)),
                row(
                        "not mentioned any more, gone",
                        List.of(),
                        List.of(detached),
                        new Action.Forget("v")),
                row(
                        "order older than what is held",
                        List.of(OFF_2),
                        List.of(attached(ON_3)),
                        new Action.IgnoreStale(OFF_2, 3)),
                row(
                        "grant older than what was released",
                        List.of(ON_2),
                        List.of(new Holding.Detached(ON_3)),
                        new Action.IgnoreStale(ON_2, 3)),
                drain(
                        "drain: desired and attached",
                        List.of(ON_2),
                        List.of(attached(ON_2)),
                        new Action.Detach(ON_2)),
                drain(
                        "drain: desired, never attached",
                        List.of(ON_2),
                        List.of(),
                        new Action.Detach(ON_2)),
                drain("drain: done", List.of(ON_2), List.of(detached)),
                drain(
                        "drain: done and not mentioned, still in the receipt",
                        List.of(),
                        List.of(detached)),
                drain(
                        "drain: not even an old order keeps it",
                        List.of(OFF_2),
                        List.of(attached(ON_3)),
                        new Action.Detach(ON_3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void plans(
            String name,
            List<DesiredAttachment> desired,
            List<Holding> held,
            boolean letGo,
            List<Action> expected) {
        var byVolume = held.isEmpty() ? Map.<String, Holding>of() : Map.of("v", held.getFirst());

        assertThat(AttachmentPlan.plan(desired, byVolume, letGo)).as(name).isEqualTo(expected);
    }

    @Test
    void volumesAreIndependent() {
        var other =
                new DesiredAttachment(
                        "b1", "w", 1, "logs", "", "image", "/mnt", false, false, ATTACHED);

        assertThat(AttachmentPlan.plan(List.of(ON_2, other), Map.of("v", attached(ON_2)), false))
                .containsExactly(new Action.Attach(other));
    }
}
