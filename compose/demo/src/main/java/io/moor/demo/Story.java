package io.moor.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.shipper.verify.LogVerifier;
import io.moor.shipper.verify.StreamVerdict;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The story: a server dies and its data follows to the next one; then that one is drained and
 * destroyed on purpose. Every claim is checked against the outside world (databases, topics, mount
 * tables), never against what Moor says of itself alone.
 */
final class Story {

    private static final String GROUP = "orders";
    private static final long VOLUME_BYTES = 1L << 30;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int ORDERS_ON_A = 1000;
    private static final int ORDERS_ON_B = 600;

    private final Narrator narrator;
    private final Proofs proofs;
    private final Wait waits;
    private final Platform platform;
    private final Fleet fleet;
    private final InstanceHost host;
    private final String kafka;
    private final Path storage;
    private final String run = Long.toString(System.currentTimeMillis() / 1000, 36);

    /** What the story plays with. */
    record Stage(
            Narrator narrator,
            Proofs proofs,
            Wait waits,
            Platform platform,
            Fleet fleet,
            InstanceHost host,
            String kafka,
            Path storage) {}

    Story(Stage stage) {
        this.narrator = stage.narrator();
        this.proofs = stage.proofs();
        this.waits = stage.waits();
        this.platform = stage.platform();
        this.fleet = stage.fleet();
        this.host = stage.host();
        this.kafka = stage.kafka();
        this.storage = stage.storage();
    }

    private boolean namespaces() {
        return platform.isolation() == Platform.Isolation.NAMESPACES;
    }

    private String provider() {
        return namespaces() ? "image" : "directory";
    }

    void tell() throws Exception {
        clearTheStage();
        String joinToken = prepareGroup();
        Instance a = host.boot("i-a-" + run, GROUP, joinToken);
        Fleet.Attachment first = firstLife(a);
        List<Long> acknowledgedOnA = suddenDeath(a, first);
        Instance b = host.boot("i-b-" + run, GROUP, joinToken);
        Fleet.Attachment second = secondLife(b, first, acknowledgedOnA);
        plannedEnd(b, second, acknowledgedOnA);
    }

    /**
     * Instances and volumes of an earlier run that was cut short are retired first: the story
     * starts with nothing.
     */
    private void clearTheStage() throws Exception {
        for (String instance : fleet.livingInstances(GROUP)) {
            narrator.say(
                    "an earlier run left instance "
                            + instance
                            + " behind; its processes are gone, telling the control plane");
            fleet.terminated(instance);
        }
        fleet.deleteGroup(GROUP);
        for (String volume : fleet.volumes(GROUP)) {
            waits.until(
                    "volume " + volume + " of an earlier run to be deleted",
                    PATIENCE,
                    () -> deleted(volume));
        }
    }

    private Optional<Boolean> deleted(String volume) throws Exception {
        if (!fleet.volumes(GROUP).contains(volume)) {
            return Optional.of(true);
        }
        try {
            fleet.deleteVolume(volume);
        } catch (GatewayApi.Refused refused) {
            // 409: still attached; the eviction is under way. 404: gone.
            if (refused.status() != 409 && refused.status() != 404) {
                throw refused;
            }
        }
        return Optional.empty();
    }

    private String prepareGroup() throws Exception {
        narrator.chapter("A group of disposable servers");
        fleet.applyGroup(GROUP, provider(), VOLUME_BYTES);
        narrator.say(
                "group '"
                        + GROUP
                        + "': one slot, a claim 'data' on "
                        + (namespaces() ? "an image" : "a directory")
                        + " volume, 1 GiB");
        return fleet.joinToken(GROUP);
    }

    private Fleet.Attachment firstLife(Instance a) throws Exception {
        narrator.chapter("Server A works");
        narrator.say(
                "instance "
                        + a.id()
                        + " boots: sidecar, then its own PostgreSQL on the volume, then an"
                        + " application that takes orders and logs each");
        Fleet.Attachment attachment = attached(a);
        proofs.claim(
                "a volume is attached to A, and to nobody else",
                attachment.epoch() >= 1 && visible(a),
                "volume "
                        + attachment.volume()
                        + ", epoch "
                        + attachment.epoch()
                        + ", "
                        + mountEvidence());
        waits.until("the application on A", PATIENCE, a::ordersFoundAtStart);
        narrator.say(
                "PostgreSQL on A takes orders (fsync on); its log and the application's are on the"
                        + " volume, and are shipped to Kafka");
        waits.until(ORDERS_ON_A + " orders on A", PATIENCE, () -> reached(a, ORDERS_ON_A));
        proofs.claim(
                "A's database keeps fsync on", Databases.fsyncOn(a.databasePort()), "SHOW fsync");
        return attachment;
    }

    /**
     * Kills A with orders in flight and returns the orders that were acknowledged to the client.
     */
    private List<Long> suddenDeath(Instance a, Fleet.Attachment attachment) throws Exception {
        narrator.chapter("Server A dies");
        a.kill();
        waits.until(
                "every process of A to be gone",
                PATIENCE,
                () -> a.survivors().isEmpty() ? Optional.of(true) : Optional.empty());
        List<Long> acknowledged = a.acknowledged();
        narrator.say(
                "SIGKILL: sidecar, database, application, everything; "
                        + acknowledged.size()
                        + " orders had been acknowledged");
        if (namespaces()) {
            Path image = storage.resolve("image").resolve(attachment.volume() + ".img");
            waits.until(
                    "the loop device of A to vanish",
                    PATIENCE,
                    () -> LoopDevices.of(image).isEmpty() ? Optional.of(true) : Optional.empty());
            proofs.claim(
                    "the death of A took its mount and loop device along",
                    LoopDevices.of(image).isEmpty(),
                    "no loop device is backed by " + image.getFileName());
        }
        fleet.terminated(a.id());
        narrator.say("the platform reports: " + a.id() + " terminated");
        return acknowledged;
    }

    private Fleet.Attachment secondLife(
            Instance b, Fleet.Attachment first, List<Long> acknowledgedOnA) throws Exception {
        narrator.chapter("Server B takes over");
        long start = System.nanoTime();
        narrator.say("instance " + b.id() + " boots and joins");
        Fleet.Attachment attachment = attached(b);
        narrator.say("attached " + Narrator.seconds(since(start)) + " after B began to boot");
        proofs.claim(
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
        if (namespaces()) {
            proofs.claim(
                    "the file system was checked before use",
                    !attachment.detail().isEmpty(),
                    attachment.detail());
        }
        long found = waits.until("the application on B", PATIENCE, b::ordersFoundAtStart);
        narrator.say(
                "PostgreSQL recovered on B after "
                        + Narrator.seconds(since(start))
                        + " and holds "
                        + found
                        + " orders");
        Set<Long> missing = new TreeSet<>(acknowledgedOnA);
        missing.removeAll(Databases.orders(b.databasePort()));
        proofs.claim(
                "every order acknowledged by A is in the database on B",
                missing.isEmpty() && found >= acknowledgedOnA.size(),
                acknowledgedOnA.size() + " acknowledged, " + missing.size() + " missing");
        waits.until(ORDERS_ON_B + " orders on B", PATIENCE, () -> reached(b, ORDERS_ON_B));
        narrator.say("B takes orders and goes on with A's log files");
        return attachment;
    }

    private void plannedEnd(Instance b, Fleet.Attachment attachment, List<Long> acknowledgedOnA)
            throws Exception {
        narrator.chapter("Server B is drained and destroyed");
        long start = System.nanoTime();
        fleet.drain(b.id(), Duration.ofSeconds(60).toMillis());
        narrator.say(
                "drain ordered: the application ends, every line is shipped and sealed, the volume"
                        + " is released");
        JsonNode receipt =
                waits.until("the receipt of the drain", PATIENCE, () -> fleet.receipt(b.id()));
        proofs.claim(
                "the receipt says B is safe to destroy",
                receipt.path("safeToDestroy").asBoolean(),
                "drained in " + Narrator.seconds(since(start)) + "; " + Receipts.summary(receipt));
        Receipts.print(receipt, narrator);
        Fleet.Attachment released = fleet.attachmentNow(attachment.id());
        proofs.claim(
                "the volume was released by B",
                released.state().equals("DETACHED"),
                "attachment " + released.id() + " is " + released.state());
        b.kill();
        waits.until(
                "every process of B to be gone",
                PATIENCE,
                () -> b.survivors().isEmpty() ? Optional.of(true) : Optional.empty());
        fleet.terminated(b.id());
        narrator.say("instance " + b.id() + " destroyed");
        readBack(b, attachment.volume(), acknowledgedOnA);
    }

    /** The reader's view: only Kafka, read_committed. */
    private void readBack(Instance b, String volume, List<Long> acknowledgedOnA) throws Exception {
        narrator.chapter("What a reader of the topics sees");
        Set<Long> acknowledged = new TreeSet<>(acknowledgedOnA);
        acknowledged.addAll(b.acknowledged());
        OrderReader.Seen seen = new OrderReader(kafka).read(Topics.ORDERS, volume);
        Set<Long> missing = new TreeSet<>(acknowledged);
        missing.removeAll(seen.numbers());
        proofs.claim(
                "every acknowledged order's log line is in Kafka, once and in order, across the"
                        + " kill",
                missing.isEmpty() && seen.doubled().isEmpty() && seen.outOfOrder() == 0,
                acknowledged.size()
                        + " acknowledged, "
                        + seen.numbers().size()
                        + " read; "
                        + missing.size()
                        + " missing, "
                        + seen.doubled().size()
                        + " doubled, "
                        + seen.outOfOrder()
                        + " out of order");
        boolean recovered =
                new OrderReader(kafka)
                        .lines(Topics.POSTGRES, volume).stream()
                                .anyMatch(line ->
                                        new String(line.value(), UTF_8)
                                                .contains("automatic recovery in progress"));
        proofs.claim(
                "PostgreSQL's own log tells, in Kafka, of its recovery on B",
                recovered,
                "\"automatic recovery in progress\" in " + Topics.POSTGRES);
        for (String topic : List.of(Topics.ORDERS, Topics.POSTGRES)) {
            verify(topic, volume);
        }
    }

    private void verify(String topic, String volume) throws Exception {
        List<StreamVerdict> streams =
                new LogVerifier(Map.of("bootstrap.servers", kafka))
                        .verify(topic).streams().stream()
                                .filter(stream -> stream.stream().contains(volume))
                                .toList();
        String rows =
                streams.stream()
                        .map(s ->
                                s.lines()
                                        + " lines, "
                                        + s.bytes()
                                        + " bytes, "
                                        + s.missing()
                                        + " missing, "
                                        + s.doubled()
                                        + " doubled, sealed "
                                        + s.sealed())
                        .collect(Collectors.joining("; "));
        proofs.claim(
                "the spans of "
                        + topic
                        + " prove that no byte is missing or doubled, and that the stream is"
                        + " complete",
                streams.size() == 1 && streams.stream().allMatch(s -> s.holds() && s.sealed()),
                rows.isEmpty() ? "no stream" : rows);
    }

    private Fleet.Attachment attached(Instance instance) throws Exception {
        return waits.until(
                "the volume on " + instance.id(),
                PATIENCE,
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

    private Optional<Boolean> reached(Instance instance, int orders) throws StoryException {
        if (!instance.alive()) {
            throw new StoryException(
                    "instance "
                            + instance.id()
                            + " ended early; its logs are in "
                            + instance.sidecarLog().getParent());
        }
        return instance.acknowledgedCount() >= orders ? Optional.of(true) : Optional.empty();
    }

    private boolean visible(Instance instance) {
        return namespaces()
                ? instance.mounts(instance.volume())
                : java.nio.file.Files.isSymbolicLink(instance.volume());
    }

    private String mountEvidence() {
        return namespaces()
                ? "mounted in A's own mount namespace only"
                : "a symbolic link to the shared storage";
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
