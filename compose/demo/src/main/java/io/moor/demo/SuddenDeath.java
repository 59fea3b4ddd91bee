package io.moor.demo;

import java.nio.file.Path;
import java.util.List;

/** Server A loses its power. */
record SuddenDeath(Stage stage) {

    /**
     * Kills A with orders in flight and returns the orders that were acknowledged to the client.
     */
    List<Long> tell(Instance a, Fleet.Attachment attachment) throws Exception {
        stage.chapter("Server A dies");
        a.kill();
        stage.awaitGone(a);
        List<Long> acknowledged = a.acknowledged();
        stage.say(
                "SIGKILL: sidecar, database, application, everything; "
                        + acknowledged.size()
                        + " orders had been acknowledged");
        if (stage.namespaces()) {
            Path image = stage.storage().resolve("image").resolve(attachment.volume() + ".img");
            stage.awaitThat(
                    "the loop device of A to vanish", () -> LoopDevices.of(image).isEmpty());
            stage.claim(
                    "the death of A took its mount and loop device along",
                    LoopDevices.of(image).isEmpty(),
                    "no loop device is backed by " + image.getFileName());
        }
        stage.fleet().terminated(a.id());
        stage.say("the platform reports: " + a.id() + " terminated");
        return acknowledged;
    }
}
