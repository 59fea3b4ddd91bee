package io.moor.shipper.engine;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperConfig.Delivery;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.checkpoint.CheckpointDamagedException;
import io.moor.shipper.checkpoint.OwnerClaim;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.kafka.ClaimWatch;
import io.moor.shipper.kafka.Doorway;
import io.moor.shipper.kafka.ForgottenMarkers;
import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.kafka.KafkaFailure;
import io.moor.shipper.kafka.LastProducer;
import io.moor.shipper.kafka.LogSink;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.SinkFactory;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.kafka.TransactionalSink;
import io.moor.shipper.kafka.UnknownHostsException;
import io.moor.shipper.kafka.direct.DirectSink;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Opens sessions with Kafka in the one order that exactly-once allows: topics, a look at the owner,
 * {@code initTransactions}, then the checkpoints, then the claim. Every call blocks; one thread at
 * a time, but {@link #close} may come from another.
 */
final class KafkaLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLink.class);

    /** How often a start begins again when another one started at the same moment. */
    private static final int START_TRIES = 5;

    private static final int LONGEST_DODGE_MS = 500;

    /** How long a start waits for a Kafka that answers, but too late. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(10);

    /** What a successor needs, beside others' transactions, to come to its claim. */
    private static final Duration TAKEOVER = Duration.ofSeconds(8);

    private final ShipperConfig config;
    private final KafkaClients clients;
    private final Admin admin;
    private final Topics topics;
    private final SinkFactory sinks;
    private final Ownership ownership;
    private final Doorway doorway = new Doorway();
    private final Set<String> dataTopics;
    private final Map<String, Uuid> ids = new HashMap<>();
    private @Nullable ClaimWatch watch;

    KafkaLink(ShipperConfig config, KafkaClients clients) {
        // Before there is anything to close.
        clients.check();
        this.config = config;
        this.clients = clients;
        this.admin = clients.admin();
        this.topics = clients.topics(admin);
        this.sinks =
                new SinkFactory(
                        clients,
                        config.origin(),
                        config.delivery() == Delivery.EXACTLY_ONCE,
                        switch (config.sink()) {
                            case PRODUCER -> TransactionalSink::open;
                            case DIRECT -> DirectSink::open;
                        });
        this.dataTopics =
                config.sources().stream().map(SourceConfig::topic).collect(Collectors.toSet());
        if (config.sources().stream().anyMatch(SourceConfig::hasDeadLetters)) {
            dataTopics.add(Topics.DEAD_LETTERS);
        }
        this.ownership =
                new Ownership(
                        config.origin(),
                        new OwnerClaim(
                                UUID.randomUUID().toString(),
                                config.ownerEpoch(),
                                config.scope().instance().orElse("")),
                        clients.longestTransaction().plus(TAKEOVER));
    }

    /**
     * @param sink a producer that owns the origin
     * @param topics the look before it
     * @param checkpoints what is committed, final until the sink commits more
     */
    record Session(LogSink sink, Topics.Look topics, OriginCheckpoints checkpoints) {}

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

    /**
     * The first session. A topic that no checkpoint and no claim of the origin names was never
     * there and is created when it is missing; another one that is missing was deleted.
     */
    Session start() throws ShipperException {
        topics.createCheckpoints();
        Topics.Look look = look();
        for (Topics.Trouble trouble : look.troubles().values()) {
            if (!trouble.missing()) {
                throw new ShipperException(Reason.TOPIC_UNUSABLE, trouble.message());
            }
        }
        if (config.delivery() == Delivery.AT_LEAST_ONCE) {
            // Before our own claim: none after it may be missed.
            watch = new ClaimWatch(clients, config.origin());
        }
        Session session = takeOver(look);
        boolean good = false;
        try {
            requireAny(session.topics());
            good = true;
            return session;
        } finally {
            if (!good) {
                session.sink().close();
            }
        }
    }

    /** Created by us, or by another shipper since the look. */
    private Topics.Look created(Topics.Look look, OriginCheckpoints checkpoints)
            throws ShipperException {
        if (look.missing().isEmpty()) {
            return look;
        }
        Set<String> unborn = new HashSet<>(look.missing());
        unborn.removeAll(
                checkpoints.streams().values().stream()
                        .map(StreamCheckpoint::topic)
                        .collect(Collectors.toSet()));
        unborn.removeAll(claimed(checkpoints));
        topics.create(unborn);
        return look();
    }

    private static Set<String> claimed(OriginCheckpoints checkpoints) {
        return checkpoints.claim().map(OwnerClaim::topics).orElse(Set.of());
    }

    /** Names the topics that exist, so that one which is missing later is known to be deleted. */
    private OwnerClaim claim(Topics.Look look, OriginCheckpoints checkpoints) {
        Set<String> known = new HashSet<>(claimed(checkpoints));
        known.retainAll(dataTopics);
        known.addAll(look.usable().keySet());
        return ownership.claim().with(known);
    }

    private static void requireAny(Topics.Look look) throws ShipperException {
        for (Topics.Trouble trouble : look.troubles().values()) {
            if (look.usable().isEmpty() || !trouble.missing()) {
                throw new ShipperException(Reason.TOPIC_UNUSABLE, trouble.message());
            }
        }
    }

    private Session takeOver(Topics.Look look) throws ShipperException {
        long begin = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return open(look, false);
            } catch (KafkaException e) {
                boolean early = System.nanoTime() - begin < START_PATIENCE.toNanos();
                if (KafkaFailure.of(e) == KafkaFailure.RETRY && early) {
                    dodge(e);
                    continue;
                }
                // Another one came between our initTransactions and our claim: it started at the
                // same moment, or did not know yet that it has a successor.
                if (attempt == START_TRIES || !mayBeARace(KafkaFailure.of(e))) {
                    throw e;
                }
                dodge(e);
                ownership.giveWay(checkpoints());
            }
        }
    }

    /** A race of two commits and a fence has more than one face: INVALID_TXN_STATE is another. */
    private static boolean mayBeARace(KafkaFailure failure) {
        return switch (failure) {
            case FENCED, ABORT, REBUILD -> true;
            case RETRY, REFUSED, FATAL -> false;
        };
    }

    /** Whether claims are all that ends a shipper whose origin was taken over. */
    boolean isWatched() {
        return watch != null;
    }

    /** Ends a shipper that does not own its origin any more. */
    void requireNoNewerClaim() throws ShipperException {
        ClaimWatch ours = watch;
        if (ours == null) {
            return;
        }
        try {
            Optional<OwnerClaim> newest = ours.newest();
            if (newest.isPresent()) {
                ownership.requireOurs(newest.get());
            }
        } catch (CheckpointDamagedException e) {
            throw damaged(e);
        }
    }

    private static void dodge(KafkaException why) {
        try {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(LONGEST_DODGE_MS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw why;
        }
    }

    /** Who took this origin over last. */
    LastProducer last() {
        return sinks.last(admin);
    }

    /**
     * Another session after a failure: nothing is created, and a newer owner is not fenced.
     *
     * @param fenced whether the failure was of {@link KafkaFailure#FENCED}
     */
    Session resume(boolean fenced) throws ShipperException {
        Topics.Look look = look();
        OriginCheckpoints seen = glance();
        ownership.requireRank(seen);
        ownership.requireNoSuccessor(seen);
        Ownership.Next next = ownership.judge(sinks.last(admin), fenced, System.nanoTime());
        if (next == Ownership.Next.LOOK_ONCE_MORE) {
            ownership.requireOurs(checkpoints());
            LOG.atWarn()
                    .addKeyValue("origin", config.origin())
                    .log("another shipper fenced this one and never claimed the origin");
        }
        return open(look, true);
    }

    private Session open(Topics.Look look, boolean resuming) throws ShipperException {
        if (!resuming) {
            // Before anybody is fenced.
            OriginCheckpoints seen = glance();
            ownership.requireRank(seen);
            ownership.expect(seen);
        }
        if (config.delivery() == Delivery.EXACTLY_ONCE) {
            new ForgottenMarkers(clients, admin, config.origin()).write(look.usable().keySet());
        }
        LogSink sink = sinks.make(look);
        doorway.enter(sink);
        boolean opened = false;
        try {
            sink.learn(look.usable().keySet());
            sink.takeOver();
            OriginCheckpoints checkpoints = checkpoints();
            ownership.requireRank(checkpoints);
            if (resuming) {
                ownership.requireOurs(checkpoints);
            } else {
                ownership.succeed(checkpoints);
            }
            Topics.Look now = resuming ? look : created(look, checkpoints);
            if (SinkFactory.batchBytes(now) != SinkFactory.batchBytes(look)) {
                sink.close();
                return open(now, resuming);
            }
            sink.learn(now.usable().keySet());
            sink.claim(claim(now, checkpoints));
            commitClaim(sink);
            opened = true;
            return new Session(sink, now, checkpoints);
        } finally {
            if (!opened) {
                sink.close();
            }
        }
    }

    /** The answer may be lost, as that of any commit. */
    private static void commitClaim(LogSink sink) {
        for (int attempt = 1; ; attempt++) {
            try {
                sink.commit();
                return;
            } catch (KafkaException e) {
                if (attempt == Transactions.COMMIT_TRIES
                        || KafkaFailure.of(e) != KafkaFailure.RETRY) {
                    throw e;
                }
            }
        }
    }

    /**
     * The last session is its user's, who closes its sink; until then {@link #close} does. By the
     * thread that closes this.
     */
    void taken() {
        doorway.leave();
    }

    /** How the topics are now. */
    Topics.Look look() throws ShipperException {
        Topics.Look look = topics.look(dataTopics);
        if (isOther(Topics.CHECKPOINTS, look.checkpoints())) {
            throw new ShipperException(
                    Reason.CHECKPOINT_DAMAGED,
                    "the topic '"
                            + Topics.CHECKPOINTS
                            + "' was deleted and created again while lines were shipped; what was"
                            + " shipped is not known any more, and nothing is shipped on a guess");
        }
        look.usable()
                .forEach((name, topic) -> {
                    if (isOther(name, topic)) {
                        LOG.atWarn()
                                .addKeyValue("topic", name)
                                .log(
                                        "topic was deleted and created again; lines go on in the"
                                                + " new one, what was in the old one is gone");
                        ids.put(name, topic.id());
                    }
                });
        return look;
    }

    private boolean isOther(String name, Topics.Topic topic) {
        Uuid known = ids.putIfAbsent(name, topic.id());
        return known != null && !known.equals(topic.id());
    }

    /** What is committed now. */
    OriginCheckpoints checkpoints() throws ShipperException {
        try {
            return OriginCheckpoints.read(clients, admin, config.origin());
        } catch (CheckpointDamagedException e) {
            throw damaged(e);
        }
    }

    /**
     * Ends our transaction, unless another shipper has done it already, and tells what is committed
     * then for good. Nothing can be shipped after it.
     */
    OriginCheckpoints endOurs() throws ShipperException {
        sinks.end(admin);
        return checkpoints();
    }

    /** What is visible without waiting for a killed predecessor's transaction. */
    private OriginCheckpoints glance() throws ShipperException {
        try {
            return OriginCheckpoints.glance(clients, admin, config.origin());
        } catch (CheckpointDamagedException e) {
            throw damaged(e);
        }
    }

    private static ShipperException damaged(CheckpointDamagedException e) {
        return new ShipperException(Reason.CHECKPOINT_DAMAGED, String.valueOf(e.getMessage()), e);
    }

    /** Translates what a first start must not wait for. */
    static ShipperException refused(KafkaException e) {
        return new ShipperException(
                switch (KafkaFailure.of(e)) {
                    case FENCED -> Reason.FENCED;
                    case RETRY -> Reason.KAFKA_UNREACHABLE;
                    case ABORT, REBUILD, REFUSED, FATAL -> Reason.KAFKA_REFUSED;
                },
                (e instanceof UnknownHostsException ? "" : "Kafka refused: ")
                        + KafkaFailure.describe(e),
                e);
    }

    @Override
    public void close() {
        doorway.close();
        ClaimWatch ours = watch;
        try {
            if (ours != null) {
                ours.close();
            }
        } finally {
            admin.close(Duration.ZERO);
        }
    }
}
