package io.moor.demo;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Server B gets what A had, and goes on. */
record SecondLife(Stage stage) {

    private static final int ORDERS_ON_B = 600;

    /** Returns B's attachment. */
    Fleet.Attachment tell(Instance b, Fleet.Attachment first, List<Long> acknowledgedOnA)
            throws Exception {
        stage.chapter("Server B takes over");
        long start = System.nanoTime();
        stage.say("instance " + b.id() + " boots and joins");
        Fleet.Attachment attachment = stage.attached(b);
        stage.say("attached " + Narrator.seconds(Narrator.since(start)) + " after B began to boot");
        stage.claim(
                "the volume followed to B with a new epoch and a recorded proof",
                attachment.volume().equals(first.volume())
                        && attachment.epoch() > first.epoch()
                        && attachment.proof().equals("TERMINATED"),
                "volume "
                        + attachment.volume()
                        + ", epoch "
                        + first.epoch()
                        + " -> "
                        + attachment.epoch()
                        + ", proof "
                        + attachment.proof());
        if (stage.namespaces()) {
            stage.claim(
                    "the file system was checked before use",
                    !attachment.detail().isEmpty(),
                    attachment.detail());
        }
        long found = stage.await("the application on B", b::ordersFoundAtStart);
        stage.say(
                "PostgreSQL recovered on B after "
                        + Narrator.seconds(Narrator.since(start))
                        + " and holds "
                        + found
                        + " orders");
        Set<Long> missing = new TreeSet<>(acknowledgedOnA);
        missing.removeAll(Databases.orders(b.databasePort()));
        stage.claim(
                "every order acknowledged by A is in the database on B",
                missing.isEmpty() && found >= acknowledgedOnA.size(),
                acknowledgedOnA.size() + " acknowledged, " + missing.size() + " missing");
        stage.awaitOrders(b, ORDERS_ON_B);
        stage.say("B takes orders and goes on with A's log files");
        return attachment;
    }
}
