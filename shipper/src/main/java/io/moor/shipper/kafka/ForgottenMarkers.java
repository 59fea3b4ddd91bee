package io.moor.shipper.kafka;

import io.moor.shipper.Origin;
import io.moor.shipper.kafka.direct.MarkerWriter;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends the last transaction of an origin where Kafka forgot to. Kafka 4.4.0 leaves partitions out
 * that have no leader when their transaction ends (KAFKA-20734): its lines then stay invisible
 * though they are committed, and every reader of committed records waits before them for ever. How
 * it ended is known until the next producer takes over, so this comes before that.
 */
public final class ForgottenMarkers {

    private static final Logger LOG = LoggerFactory.getLogger(ForgottenMarkers.class);

    private static final Duration LONGEST_END = Duration.ofSeconds(10);
    private static final long LOOK_MS = 50;

    private final Admin admin;
    private final Origin origin;
    private final Supplier<MarkerWriter> writers;

    public ForgottenMarkers(KafkaClients clients, Admin admin, Origin origin) {
        this.admin = admin;
        this.origin = origin;
        this.writers = () -> new MarkerWriter(clients.plainProducer(1));
    }

    /**
     * Writes what is missing.
     *
     * @param topics what the origin ships to, besides its checkpoints
     * @throws KafkaException when Kafka cannot be asked, or refuses
     */
    public void write(Collection<String> topics) {
        try {
            Optional<TransactionDescription> last = last();
            if (last.isEmpty()) {
                return;
            }
            Map<Node, List<TopicPartition>> leaders = leaders(topics);
            Map<TopicPartition, ProducerState> open = open(leaders, last.get());
            // Whoever is still shipping may have begun the next one meanwhile.
            if (!open.isEmpty() && last().filter(last.get()::equals).isPresent()) {
                write(leaders, open, last.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnsupportedVersionException) {
                // Brokers before 3.0, which cannot be asked, have no such fault.
                return;
            }
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException("cannot look for open transactions", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private void write(
            Map<Node, List<TopicPartition>> leaders,
            Map<TopicPartition, ProducerState> open,
            TransactionDescription last) {
        boolean committed = last.state() == TransactionState.COMPLETE_COMMIT;
        LOG.atWarn()
                .addKeyValue("partitions", open.keySet())
                .addKeyValue("committed", committed)
                .log(
                        "the last transaction of this origin is over, and Kafka did not tell these"
                                + " partitions (KAFKA-20734); it is ended there now");
        try (MarkerWriter writer = writers.get()) {
            for (Map.Entry<Node, List<TopicPartition>> leader : leaders.entrySet()) {
                // Each has seen its own coordinator's epoch.
                for (TopicPartition partition : leader.getValue()) {
                    ProducerState state = open.get(partition);
                    if (state != null) {
                        writer.write(
                                leader.getKey(),
                                List.of(partition),
                                new MarkerWriter.Ended(
                                        last.producerId(),
                                        (short) last.producerEpoch(),
                                        state.coordinatorEpoch().orElse(0),
                                        committed));
                    }
                }
            }
        } catch (ClusterAuthorizationException e) {
            throw new ClusterAuthorizationException(
                    "the last transaction of '"
                            + origin.transactionalId()
                            + "' was "
                            + (committed ? "committed" : "aborted")
                            + ", and Kafka did not tell "
                            + open.keySet()
                            + " (KAFKA-20734); give this user the right to ALTER the cluster for"
                            + " one start, and it is mended",
                    e);
        }
    }

    /** The last transaction, when it is over; waits for its coordinator to end it. */
    private Optional<TransactionDescription> last()
            throws ExecutionException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            TransactionDescription found;
            try {
                found =
                        admin.describeTransactions(List.of(origin.transactionalId()))
                                .description(origin.transactionalId())
                                .get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TransactionalIdNotFoundException) {
                    return Optional.empty();
                }
                throw e;
            }
            switch (found.state()) {
                case COMPLETE_COMMIT, COMPLETE_ABORT -> {
                    return Optional.of(found);
                }
                case PREPARE_COMMIT, PREPARE_ABORT, PREPARE_EPOCH_FENCE -> {
                    if (System.nanoTime() - begin > LONGEST_END.toNanos()) {
                        return Optional.empty();
                    }
                    TimeUnit.MILLISECONDS.sleep(LOOK_MS);
                }
                case ONGOING, EMPTY, UNKNOWN -> {
                    return Optional.empty();
                }
            }
        }
    }

    private Map<Node, List<TopicPartition>> leaders(Collection<String> topics)
            throws ExecutionException, InterruptedException {
        Map<Node, List<TopicPartition>> leaders = new HashMap<>();
        TopicPartition checkpoints = OriginCheckpoints.partition(origin);
        List<String> names = new ArrayList<>(topics);
        names.add(checkpoints.topic());
        Map<String, TopicDescription> found = admin.describeTopics(names).allTopicNames().get();
        found.forEach((name, topic) ->
                topic.partitions()
                        .forEach(partition -> {
                            TopicPartition one = new TopicPartition(name, partition.partition());
                            boolean ours =
                                    !name.equals(checkpoints.topic()) || one.equals(checkpoints);
                            if (ours && partition.leader() != null) {
                                leaders.computeIfAbsent(partition.leader(), _ -> new ArrayList<>())
                                        .add(one);
                            }
                        }));
        return leaders;
    }

    /** Where the transaction is open though it is over. */
    private Map<TopicPartition, ProducerState> open(
            Map<Node, List<TopicPartition>> leaders, TransactionDescription last)
            throws ExecutionException, InterruptedException {
        List<TopicPartition> all = leaders.values().stream().flatMap(List::stream).toList();
        DescribeProducersResult result = admin.describeProducers(all);
        Map<TopicPartition, ProducerState> open = new HashMap<>();
        for (TopicPartition partition : all) {
            for (ProducerState state : states(result, partition)) {
                if (state.producerId() == last.producerId()
                        && state.producerEpoch() == last.producerEpoch() - 1
                        && state.currentTransactionStartOffset().isPresent()) {
                    open.put(partition, state);
                }
            }
        }
        return open;
    }

    /** Whoever may write to a topic need not be allowed to read it. */
    private static List<ProducerState> states(
            DescribeProducersResult result, TopicPartition partition)
            throws ExecutionException, InterruptedException {
        try {
            return result.partitionResult(partition).get().activeProducers();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicAuthorizationException) {
                return List.of();
            }
            throw e;
        }
    }
}
