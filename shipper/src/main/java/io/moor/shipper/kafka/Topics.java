package io.moor.shipper.kafka;

import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Topics as the shipper needs them: created at the first start, looked at ever after. */
public final class Topics {

    /** Where checkpoints are. */
    public static final String CHECKPOINTS = "moor.checkpoints";

    /** Where lines are that are too long for their topic. */
    public static final String DEAD_LETTERS = "moor.dead-letters";

    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    /**
     * How many partitions hold checkpoints, for ever: an origin that moved to another one would be
     * without a past, and its lines would come again.
     */
    static final int CHECKPOINT_PARTITIONS = 16;

    /** Only closed segments are compacted, and all that is not is read at every start. */
    private static final String CHECKPOINT_SEGMENT_BYTES = String.valueOf(32 << 20);

    /**
     * The broker's default for max.message.bytes, for topics whose configuration is not readable.
     */
    private static final int DEFAULT_RECORD_BYTES = 1_048_588;

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Admin admin;
    private final int maxRequestBytes;

    /**
     * @param maxRequestBytes what our producers send at most
     */
    Topics(Admin admin, int maxRequestBytes) {
        this.admin = admin;
        this.maxRequestBytes = maxRequestBytes;
    }

    /**
     * @param partitions how many
     * @param maxRecordBytes largest batch the topic takes
     * @param retentionMillis how long it keeps records, by their timestamp; {@link Long#MAX_VALUE}
     *     for ever
     * @param id changes when a topic is deleted and created again
     */
    public record Topic(int partitions, int maxRecordBytes, long retentionMillis, Uuid id) {

        /** A topic without a past. */
        public Topic(int partitions, int maxRecordBytes) {
            this(partitions, maxRecordBytes, Long.MAX_VALUE, Uuid.ZERO_UUID);
        }

        /** Stands for a data topic that cannot be looked at. */
        public static final Topic UNSEEN = new Topic(1, DEFAULT_RECORD_BYTES);
    }

    /**
     * Why a data topic takes no lines now.
     *
     * @param missing whether it does not exist
     * @param message what to do about it
     */
    public record Trouble(boolean missing, String message) {}

    /**
     * A look at the topics.
     *
     * @param usable by name; what takes lines
     * @param troubles by name; what does not
     * @param checkpoints the checkpoints' topic
     */
    public record Look(
            Map<String, Topic> usable, Map<String, Trouble> troubles, Topic checkpoints) {

        public Look {
            usable = Map.copyOf(usable);
            troubles = Map.copyOf(troubles);
        }

        /** Names of the data topics that do not exist. */
        public Set<String> missing() {
            return troubles.entrySet().stream()
                    .filter(trouble -> trouble.getValue().missing())
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        }
    }

    /** Creates the checkpoints' topic when it is missing. */
    public void createCheckpoints() throws ShipperException {
        if (existing(List.of(CHECKPOINTS)).isEmpty()) {
            create(
                    new NewTopic(CHECKPOINTS, Optional.of(CHECKPOINT_PARTITIONS), Optional.empty())
                            .configs(
                                    Map.of(
                                            TopicConfig.CLEANUP_POLICY_CONFIG,
                                            TopicConfig.CLEANUP_POLICY_COMPACT,
                                            TopicConfig.SEGMENT_BYTES_CONFIG,
                                            CHECKPOINT_SEGMENT_BYTES)));
            awaitKnown(List.of(CHECKPOINTS));
        }
    }

    /** Creates data topics with the broker's defaults. */
    public void create(Collection<String> data) throws ShipperException {
        for (String name : data) {
            create(new NewTopic(name, Optional.empty(), Optional.empty()));
        }
        awaitKnown(data);
    }

    /** A broker knows a new topic a moment after it said that it was created. */
    private void awaitKnown(Collection<String> names) throws ShipperException {
        long deadline = System.nanoTime() + KNOWN_WITHIN.toNanos();
        while (existing(names).size() < Set.copyOf(names).size()
                && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    /**
     * Looks at the checkpoints' topic and at data topics.
     *
     * @throws ShipperException when the checkpoints' topic cannot be used
     * @throws KafkaException when Kafka cannot be asked
     */
    public Look look(Collection<String> data) throws ShipperException {
        List<String> names = new ArrayList<>(data);
        names.add(CHECKPOINTS);
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(
                                names,
                                new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .topicNameValues();
        Map<ConfigResource, KafkaFuture<Config>> configs =
                admin.describeConfigs(names.stream().distinct().map(Topics::resource).toList())
                        .values();
        Map<String, Topic> usable = new HashMap<>();
        Map<String, Trouble> troubles = new HashMap<>();
        for (String name : names) {
            try {
                TopicDescription description =
                        await(Objects.requireNonNull(descriptions.get(name)));
                Config config = config(Objects.requireNonNull(configs.get(resource(name))));
                Optional<String> unfit =
                        unfit(name, value(config, TopicConfig.CLEANUP_POLICY_CONFIG, ""))
                                .or(() -> tooFew(description))
                                .or(() -> notOurs(description));
                if (unfit.isPresent()) {
                    troubles.put(name, new Trouble(false, unfit.get()));
                } else {
                    usable.put(name, topic(description, config));
                }
            } catch (ExecutionException e) {
                troubles.put(name, trouble(name, e));
            }
        }
        Trouble blind = troubles.get(CHECKPOINTS);
        if (blind != null) {
            throw new ShipperException(Reason.TOPIC_UNUSABLE, blind.message());
        }
        return new Look(usable, troubles, Objects.requireNonNull(usable.remove(CHECKPOINTS)));
    }

    private Topic topic(TopicDescription description, Config config) {
        int limit =
                Integer.parseInt(
                        value(
                                config,
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                String.valueOf(DEFAULT_RECORD_BYTES)));
        return new Topic(
                description.partitions().size(),
                Math.min(limit, maxRequestBytes),
                Math.min(
                        millis(config, TopicConfig.RETENTION_MS_CONFIG),
                        millis(config, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)),
                description.topicId());
    }

    /** For ever when there is no limit, or none that can be seen. */
    private static long millis(Config config, String name) {
        long millis = Long.parseLong(value(config, name, "-1"));
        return millis < 0 ? Long.MAX_VALUE : millis;
    }

    /** The partition of an origin must not change, so only the first sixteen are used. */
    private static Optional<String> tooFew(TopicDescription description) {
        return description.name().equals(CHECKPOINTS)
                        && description.partitions().size() < CHECKPOINT_PARTITIONS
                ? Optional.of(
                        "the topic '"
                                + CHECKPOINTS
                                + "' has "
                                + description.partitions().size()
                                + " partitions and needs "
                                + CHECKPOINT_PARTITIONS
                                + "; add partitions, or let moor create it")
                : Optional.empty();
    }

    private static Optional<String> notOurs(TopicDescription description) {
        Set<AclOperation> ours = description.authorizedOperations();
        return ours != null && !ours.isEmpty() && !ours.contains(AclOperation.WRITE)
                ? Optional.of(
                        "the right to write to the topic '"
                                + description.name()
                                + "' is missing; grant it to go on")
                : Optional.empty();
    }

    private static Trouble trouble(String name, ExecutionException e) {
        return switch (e.getCause()) {
            case UnknownTopicOrPartitionException _ ->
                    new Trouble(
                            true, "the topic '" + name + "' does not exist; create it to go on");
            case AuthorizationException _ ->
                    new Trouble(
                            false,
                            "the topic '" + name + "' cannot be used: " + KafkaFailure.describe(e));
            case KafkaException kafka -> throw kafka;
            case null, default -> throw new KafkaException("cannot look at the topics", e);
        };
    }

    /**
     * Why a topic would lose what it is to keep, or empty.
     *
     * @param policy its cleanup policy; empty when it cannot be seen
     */
    static Optional<String> unfit(String name, String policy) {
        if (policy.isEmpty()) {
            return Optional.empty();
        }
        if (name.equals(CHECKPOINTS)) {
            return policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)
                    ? Optional.empty()
                    : Optional.of(
                            "the topic '"
                                    + name
                                    + "' has cleanup.policy="
                                    + policy
                                    + ", which would delete checkpoints, and lines would be shipped"
                                    + " again; set it to compact");
        }
        return policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)
                ? Optional.of(
                        "the topic '"
                                + name
                                + "' is compacted, which would delete lines; use one"
                                + " with cleanup.policy=delete")
                : Optional.empty();
    }

    private Set<String> existing(Collection<String> names) throws ShipperException {
        List<String> existing = new ArrayList<>();
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(names).topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> entry : descriptions.entrySet()) {
            try {
                await(entry.getValue());
                existing.add(entry.getKey());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw unusable(entry.getKey(), e);
                }
            }
        }
        return Set.copyOf(existing);
    }

    private void create(NewTopic topic) throws ShipperException {
        try {
            await(admin.createTopics(List.of(topic)).all());
            LOG.atInfo().addKeyValue("topic", topic.name()).log("topic was missing and is created");
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw unusable(topic.name(), e);
            }
        }
    }

    /** An empty one when the right to see it is missing. */
    private static Config config(KafkaFuture<Config> future) throws ExecutionException {
        try {
            return await(future);
        } catch (ExecutionException e) {
            if (KafkaFailure.of(e) == KafkaFailure.REFUSED) {
                return new Config(List.of());
            }
            throw e;
        }
    }

    private static <T> T await(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private static ShipperException unusable(String topic, ExecutionException e) {
        return new ShipperException(
                Reason.TOPIC_UNUSABLE,
                "the topic '" + topic + "' cannot be used: " + KafkaFailure.describe(e),
                e);
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static String value(Config config, String name, String fallback) {
        var entry = config.get(name);
        return entry == null || entry.value() == null ? fallback : entry.value();
    }
}
