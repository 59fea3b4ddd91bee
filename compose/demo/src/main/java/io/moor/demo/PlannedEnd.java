package io.moor.demo;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;

/** Server B is drained, and destroyed on purpose. */
record PlannedEnd(Stage stage) {

    void tell(Instance b, Fleet.Attachment attachment) throws Exception {
        stage.chapter("Server B is drained and destroyed");
        long start = System.nanoTime();
        stage.fleet().drain(b.id(), Duration.ofSeconds(60).toMillis());
        stage.say(
                "drain ordered: the application ends, every line is shipped and sealed, the"
                        + " volume is released");
        JsonNode receipt =
                stage.await("the receipt of the drain", () -> stage.fleet().receipt(b.id()));
        stage.claim(
                "the receipt says B is safe to destroy",
                receipt.path("safeToDestroy").asBoolean(),
                "drained in "
                        + Narrator.seconds(Narrator.since(start))
                        + "; "
                        + Receipts.summary(receipt));
        Receipts.print(receipt, stage.narrator());
        Fleet.Attachment released = stage.fleet().attachmentNow(attachment.id());
        stage.claim(
                "the volume was released by B",
                released.state().equals("DETACHED"),
                "attachment " + released.id() + " is " + released.state());
        b.kill();
        stage.awaitGone(b);
        stage.fleet().terminated(b.id());
        stage.say("instance " + b.id() + " destroyed");
    }
}
