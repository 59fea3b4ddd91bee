package io.moor.shipper.kafka;

import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
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

/** Topics as the shipper needs them: created at the first start, looked at ever after. */
public final class Topics {

    /** Where checkpoints are. */
    public static final String CHECKPOINTS = "moor.checkpoints";

    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
    private static final int CHECKPOINT_PARTITIONS = 16;

    /** Only closed segments are compacted, and all that is not is read at every start. */
    private static final String CHECKPOINT_SEGMENT_BYTES = String.valueOf(32 << 20);

    /**
     * The broker's default for max.message.bytes, for topics whose configuration is not readable.
     */
    private static final int DEFAULT_RECORD_BYTES = 1_048_588;

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Admin admin;

    public Topics(Admin admin) {
        this.admin = admin;
    }

    /**
     * @param partitions how many
     * @param maxRecordBytes largest batch the topic takes
     */
    public record Topic(int partitions, int maxRecordBytes) {}

    /** Creates what is missing, at the first start only: data topics with the broker's defaults. */
    public void create(Collection<String> data) throws ShipperException {
        List<String> all = new ArrayList<>(data);
        all.add(CHECKPOINTS);
        createMissing(data);
        // A broker knows a new topic a moment after it said that it was created.
        long deadline = System.nanoTime() + KNOWN_WITHIN.toNanos();
        while (existing(all).size() < Set.copyOf(all).size() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private void createMissing(Collection<String> data) throws ShipperException {
        Set<String> existing = existing(data);
        for (String name : data) {
            if (!existing.contains(name)) {
                create(new NewTopic(name, Optional.empty(), Optional.empty()));
            }
        }
        if (!existing(List.of(CHECKPOINTS)).contains(CHECKPOINTS)) {
            create(
                    new NewTopic(CHECKPOINTS, Optional.of(CHECKPOINT_PARTITIONS), Optional.empty())
                            .configs(
                                    Map.of(
                                            TopicConfig.CLEANUP_POLICY_CONFIG,
                                            TopicConfig.CLEANUP_POLICY_COMPACT,
                                            TopicConfig.SEGMENT_BYTES_CONFIG,
                                            CHECKPOINT_SEGMENT_BYTES)));
        }
    }

    /**
     * Looks at every topic, the checkpoints' too.
     *
     * @throws ShipperException when one does not exist, cannot be seen or is compacted
     */
    public Map<String, Topic> describe(Collection<String> data) throws ShipperException {
        List<String> names = new ArrayList<>(data);
        names.add(CHECKPOINTS);
        Map<String, Topic> topics = new HashMap<>();
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(names).topicNameValues();
        Map<ConfigResource, KafkaFuture<Config>> configs =
                admin.describeConfigs(names.stream().distinct().map(Topics::resource).toList())
                        .values();
        for (String name : names) {
            int partitions =
                    get(name, Objects.requireNonNull(descriptions.get(name))).partitions().size();
            Config config = config(name, Objects.requireNonNull(configs.get(resource(name))));
            String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG, "");
            Optional<String> unfit = unfit(name, policy);
            if (unfit.isPresent()) {
                throw new ShipperException(Reason.TOPIC_UNUSABLE, unfit.get());
            }
            topics.put(
                    name,
                    new Topic(
                            partitions,
                            Integer.parseInt(
                                    value(
                                            config,
                                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                            String.valueOf(DEFAULT_RECORD_BYTES)))));
        }
        return topics;
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

    private static Config config(String name, KafkaFuture<Config> future) throws ShipperException {
        try {
            return await(future);
        } catch (ExecutionException e) {
            if (KafkaFailure.of(e) == KafkaFailure.REFUSED) {
                return new Config(List.of());
            }
            throw unusable(name, e);
        }
    }

    private static <T> T get(String name, KafkaFuture<T> future) throws ShipperException {
        try {
            return await(future);
        } catch (ExecutionException e) {
            throw unusable(name, e);
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
                e.getCause() instanceof UnknownTopicOrPartitionException
                        ? "the topic '" + topic + "' does not exist; create it to go on"
                        : "the topic '" + topic + "' cannot be used: " + KafkaFailure.describe(e),
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
