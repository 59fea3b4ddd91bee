package io.moor.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the chapters of the story play with, and what they wait for in common.
 *
 * @param storage where the providers keep the volumes
 */
record Stage(
        Narrator narrator,
        Proofs proofs,
        Wait waits,
        Platform platform,
        Fleet fleet,
        InstanceHost host,
        String kafka,
        Path storage) {

    /** The group that the story is about. */
    static final String GROUP = "orders";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Something that is true, or not yet. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    void chapter(String title) {
        narrator.chapter(title);
    }

    void say(String text) {
        narrator.say(text);
    }

    /**
     * @throws Proofs.Refuted when it does not hold
     */
    void claim(String claim, boolean held, String evidence) throws Proofs.Refuted {
        proofs.claim(claim, held, evidence);
    }

    /** Whether instances have namespaces of their own, and volumes are mounted images. */
    boolean namespaces() {
        return platform.isolation() == Platform.Isolation.NAMESPACES;
    }

    /**
     * @throws StoryException when it takes too long, the demo ends or a part of it died
     */
    <T> T await(String what, Wait.Look<T> look) throws Exception {
        return waits.until(what, PATIENCE, look);
    }

    /** The same for what has no value. */
    void awaitThat(String what, Condition condition) throws Exception {
        await(what, () -> condition.holds() ? Optional.of(true) : Optional.empty());
    }

    /** Waits for the volume of an instance, and returns its attachment. */
    Fleet.Attachment attached(Instance instance) throws Exception {
        return await(
                "the volume on " + instance.id(),
                () -> {
                    if (!instance.alive()) {
                        throw new StoryException(
                                "instance "
                                        + instance.id()
                                        + " ended: "
                                        + ControlPlane.lastLine(instance.sidecarLog()));
                    }
                    return fleet.attachment(instance.id())
                            .filter(attachment -> attachment.state().equals("ATTACHED"));
                });
    }

    /** Waits until an instance acknowledged this many orders. */
    void awaitOrders(Instance instance, int orders) throws Exception {
        awaitThat(
                orders + " orders on " + instance.id(),
                () -> {
                    if (!instance.alive()) {
                        throw new StoryException(
                                "instance "
                                        + instance.id()
                                        + " ended early; its logs are in "
                                        + instance.sidecarLog().getParent());
                    }
                    return instance.acknowledgedCount() >= orders;
                });
    }

    /** Waits for the end of every process of an instance that was killed. */
    void awaitGone(Instance instance) throws Exception {
        awaitThat(
                "every process of " + instance.id() + " to be gone",
                () -> instance.survivors().isEmpty());
    }
}
