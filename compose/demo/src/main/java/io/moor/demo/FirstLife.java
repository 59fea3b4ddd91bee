package io.moor.demo;

import java.nio.file.Files;

/** Server A gets its volume, and its database takes orders. */
record FirstLife(Stage stage) {

    private static final int ORDERS_ON_A = 1000;

    /** Returns A's attachment. */
    Fleet.Attachment tell(Instance a) throws Exception {
        stage.chapter("Server A works");
        stage.say(
                "instance "
                        + a.id()
                        + " boots: sidecar, then its own PostgreSQL on the volume, then an"
                        + " application that takes orders and logs each");
        Fleet.Attachment attachment = stage.attached(a);
        stage.claim(
                "a volume is attached to A, and to nobody else",
                attachment.epoch() >= 1 && visible(a),
                "volume "
                        + attachment.volume()
                        + ", epoch "
                        + attachment.epoch()
                        + ", "
                        + mountEvidence());
        stage.await("the application on A", a::ordersFoundAtStart);
        stage.say(
                "PostgreSQL on A takes orders (fsync on); its log and the application's are"
                        + " on the volume, and are shipped to Kafka");
        stage.awaitOrders(a, ORDERS_ON_A);
        stage.claim(
                "A's database keeps fsync on", Databases.fsyncOn(a.databasePort()), "SHOW fsync");
        return attachment;
    }

    private boolean visible(Instance instance) {
        return stage.namespaces()
                ? instance.mounts(instance.volume())
                : Files.isSymbolicLink(instance.volume());
    }

    private String mountEvidence() {
        return stage.namespaces()
                ? "mounted in A's own mount namespace only"
                : "a symbolic link to the shared storage";
    }
}
