package io.moor.shipper.engine;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.checkpoint.CheckpointDamagedException;
import io.moor.shipper.checkpoint.OwnerClaim;
import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.kafka.KafkaFailure;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.kafka.TransactionalSink;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens sessions with Kafka in the one order that exactly-once allows: topics, a look at the owner,
 * {@code initTransactions}, then the checkpoints, then the claim. Every call blocks.
 */
final class KafkaLink implements AutoCloseable {

    private static final int SMALLEST_BATCH = 16 << 10;
    private static final int LARGEST_BATCH = 256 << 10;

    /** No claim at all. */
    private static final String NONE = "none";

    private final ShipperConfig config;
    private final KafkaClients clients;
    private final Admin admin;
    private final List<String> dataTopics;
    private final OwnerClaim claim;
    private String predecessor = "unknown";

    KafkaLink(ShipperConfig config, KafkaClients clients) {
        this.config = config;
        this.clients = clients;
        this.admin = clients.admin();
        this.dataTopics =
                config.sources().stream().map(SourceConfig::topic).distinct().sorted().toList();
        this.claim =
                new OwnerClaim(
                        UUID.randomUUID().toString(),
                        config.ownerEpoch(),
                        config.scope().instance().orElse(""));
    }

    /**
     * @param sink a producer that owns the origin
     * @param topics by name
     * @param checkpoints what is committed, final until the sink commits more
     */
    record Session(
            TransactionalSink sink,
            Map<String, Topics.Topic> topics,
            OriginCheckpoints checkpoints) {}

    /**
     * @throws ShipperException when no broker answers in time
     */
    void reach(long millis) throws ShipperException {
        try {
            admin.describeCluster().nodes().get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            Throwable cause =
                    e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            if (KafkaFailure.of(cause) == KafkaFailure.REFUSED) {
                throw new ShipperException(
                        Reason.KAFKA_REFUSED,
                        "Kafka at "
                                + clients.bootstrapServers()
                                + " refuses us: "
                                + KafkaFailure.describe(cause),
                        cause);
            }
            throw new ShipperException(
                    Reason.KAFKA_UNREACHABLE,
                    "Kafka at "
                            + clients.bootstrapServers()
                            + " did not answer within "
                            + TimeUnit.MILLISECONDS.toSeconds(millis)
                            + " s; check the address and that the broker runs",
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShipperException(Reason.KAFKA_UNREACHABLE, "interrupted while connecting", e);
        }
    }

    /** The first session: creates missing topics. */
    Session start() throws ShipperException {
        Topics topics = new Topics(admin);
        topics.create(dataTopics);
        return open(topics.describe(dataTopics), false);
    }

    /** Another session after a failure: nothing is created, and a newer owner is not fenced. */
    Session resume() throws ShipperException {
        return open(new Topics(admin).describe(dataTopics), true);
    }

    private Session open(Map<String, Topics.Topic> topics, boolean resuming)
            throws ShipperException {
        // A claim of ours may be hidden still; then the one before it is seen, or none.
        refuseIfOutranked(
                glance(topics),
                resuming,
                Set.copyOf(List.of(claim.incarnation(), predecessor, NONE)));
        TransactionalSink sink =
                TransactionalSink.of(
                        clients, config.origin(), partitions(topics), batchBytes(topics));
        boolean opened = false;
        try {
            sink.takeOver();
            OriginCheckpoints checkpoints = checkpoints(topics);
            refuseIfOutranked(checkpoints, resuming, Set.of(claim.incarnation()));
            predecessor = resuming ? predecessor : incarnation(checkpoints);
            sink.claim(claim);
            sink.commit();
            opened = true;
            return new Session(sink, topics, checkpoints);
        } finally {
            if (!opened) {
                sink.close();
            }
        }
    }

    /** What is committed now. */
    OriginCheckpoints checkpoints(Map<String, Topics.Topic> topics) throws ShipperException {
        try {
            return OriginCheckpoints.read(clients, admin, config.origin(), partitions(topics));
        } catch (CheckpointDamagedException e) {
            throw new ShipperException(
                    Reason.CHECKPOINT_DAMAGED, String.valueOf(e.getMessage()), e);
        }
    }

    /** What is visible without waiting for a killed predecessor's transaction. */
    private OriginCheckpoints glance(Map<String, Topics.Topic> topics) throws ShipperException {
        try {
            return OriginCheckpoints.glance(clients, config.origin(), partitions(topics));
        } catch (CheckpointDamagedException e) {
            throw new ShipperException(
                    Reason.CHECKPOINT_DAMAGED, String.valueOf(e.getMessage()), e);
        }
    }

    private void refuseIfOutranked(
            OriginCheckpoints checkpoints, boolean resuming, Set<String> before)
            throws ShipperException {
        if (checkpoints.ownerEpoch() > config.ownerEpoch()) {
            throw new ShipperException(
                    Reason.FENCED,
                    "origin '"
                            + config.origin()
                            + "' belongs to a newer owner (epoch "
                            + checkpoints.ownerEpoch()
                            + ", ours is "
                            + config.ownerEpoch()
                            + "); it ships these logs now");
        }
        if (resuming && !before.contains(incarnation(checkpoints))) {
            throw fenced();
        }
    }

    private static String incarnation(OriginCheckpoints checkpoints) {
        return checkpoints.claim().map(OwnerClaim::incarnation).orElse(NONE);
    }

    private ShipperException fenced() {
        return new ShipperException(
                Reason.FENCED,
                "another shipper took over origin '"
                        + config.origin()
                        + "'; it ships these logs now, this one ends");
    }

    private static int partitions(Map<String, Topics.Topic> topics) {
        Topics.Topic topic = topics.get(Topics.CHECKPOINTS);
        return topic == null ? 1 : topic.partitions();
    }

    private static int batchBytes(Map<String, Topics.Topic> topics) {
        int smallest =
                topics.values().stream()
                        .mapToInt(Topics.Topic::maxRecordBytes)
                        .min()
                        .orElse(LARGEST_BATCH);
        return Math.max(SMALLEST_BATCH, Math.min(LARGEST_BATCH, smallest / 2));
    }

    /** Translates what a first start must not wait for. */
    static ShipperException refused(KafkaException e) {
        return new ShipperException(
                switch (KafkaFailure.of(e)) {
                    case FENCED -> Reason.FENCED;
                    case RETRY -> Reason.KAFKA_UNREACHABLE;
                    case ABORT, REBUILD, REFUSED, FATAL -> Reason.KAFKA_REFUSED;
                },
                "Kafka refused: " + KafkaFailure.describe(e),
                e);
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ZERO);
    }
}
