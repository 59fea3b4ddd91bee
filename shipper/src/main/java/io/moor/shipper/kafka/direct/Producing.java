package io.moor.shipper.kafka.direct;

import io.moor.shipper.kafka.ExistingTopics;

import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ProduceResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brings batches to the leaders of their partitions, in order, again and again until they are
 * acknowledged, fail for good, or are too old. Used by one thread.
 */
final class Producing {

    private static final Logger LOG = LoggerFactory.getLogger(Producing.class);

    private final Brokers brokers;
    private final ExistingTopics topics;
    private final Settings settings;
    private final Transaction transaction;
    private final Buffers buffers;
    private final Consumer<KafkaException> broken;
    private final Map<TopicPartition, PartitionQueue> queues = new LinkedHashMap<>();
    private final Map<TopicPartition, PartitionQueue> busy = new LinkedHashMap<>();

    /**
     * @param broken takes the failure of a batch
     */
    Producing(
            Brokers brokers,
            Settings settings,
            Transaction transaction,
            Buffers buffers,
            Consumer<KafkaException> broken) {
        this.brokers = brokers;
        this.topics = brokers.topics();
        this.settings = settings;
        this.transaction = transaction;
        this.buffers = buffers;
        this.broken = broken;
    }

    void add(Batch batch) {
        PartitionQueue queue =
                queues.computeIfAbsent(
                        batch.partition(),
                        partition -> new PartitionQueue(partition, settings.inFlightOfPartition()));
        queue.add(batch);
        busy.put(batch.partition(), queue);
    }

    /** Whether every batch is acknowledged. */
    boolean isDone() {
        return busy.isEmpty();
    }

    /** Whether no broker works on a batch. */
    boolean isQuiet() {
        return busy.values().stream().noneMatch(PartitionQueue::hasInFlight);
    }

    /** Partitions with batches that the transaction does not have. */
    List<TopicPartition> strangers() {
        return busy.keySet().stream().filter(partition -> !transaction.has(partition)).toList();
    }

    /** Gives up what no broker works on. */
    void drop() {
        for (PartitionQueue queue : List.copyOf(busy.values())) {
            queue.drop().forEach(batch -> buffers.give(batch.bytes()));
            settle(queue);
        }
    }

    /** A new epoch: every partition counts from 0. */
    void restart() {
        queues.values().forEach(PartitionQueue::restart);
    }

    private void settle(PartitionQueue queue) {
        if (queue.isDone()) {
            busy.remove(queue.partition());
        }
    }

    /** Fails when a batch is too old. */
    void expire(long nowMs) {
        for (PartitionQueue queue : busy.values()) {
            Batch oldest = queue.oldest();
            if (oldest != null && oldest.isOlderThan(settings.deliveryTimeoutMs(), nowMs)) {
                broken.accept(
                        new TimeoutException(
                                oldest.records()
                                        + " record(s) for "
                                        + queue.partition()
                                        + " were not acknowledged within "
                                        + settings.deliveryTimeoutMs()
                                        + " ms"));
                return;
            }
        }
    }

    /**
     * Sends what can be sent.
     *
     * @return milliseconds until there may be more to send without an answer
     */
    long send(long nowMs) {
        if (busy.isEmpty() || (settings.idempotent() && !transaction.identity().isKnown())) {
            return Long.MAX_VALUE;
        }
        long delay = settings.retryBackoffMs();
        boolean waiting = false;
        Set<Node> unready = new HashSet<>();
        while (true) {
            Map<Node, List<Batch>> requests = new HashMap<>();
            Cluster cluster = topics.fetch();
            waiting = false;
            for (PartitionQueue queue : busy.values()) {
                Batch next = transaction.has(queue.partition()) ? queue.next(nowMs) : null;
                waiting |= next == null && !queue.hasInFlight();
                Node leader = next == null ? null : leader(cluster, queue.partition(), nowMs);
                waiting |= next != null && leader == null;
                if (next != null && leader != null && !unready.contains(leader)) {
                    requests.computeIfAbsent(leader, _ -> new ArrayList<>()).add(next);
                }
            }
            boolean sent = false;
            for (Map.Entry<Node, List<Batch>> request : requests.entrySet()) {
                if (brokers.isReady(request.getKey(), nowMs)) {
                    send(request.getKey(), request.getValue(), nowMs);
                    sent = true;
                } else {
                    unready.add(request.getKey());
                }
            }
            if (!sent) {
                break;
            }
        }
        for (Node node : unready) {
            delay = Math.min(delay, waitFor(node, nowMs));
            waiting = true;
        }
        return waiting ? delay : Long.MAX_VALUE;
    }

    private long waitFor(Node node, long nowMs) {
        AuthenticationException refusal = brokers.refusal(node);
        if (refusal != null) {
            broken.accept(refusal);
            return 0;
        }
        if (brokers.hasFailed(node)) {
            topics.requestUpdate(false);
        }
        return Math.max(1, Math.min(brokers.delayMs(node, nowMs), settings.retryBackoffMs()));
    }

    private @Nullable Node leader(Cluster cluster, TopicPartition partition, long nowMs) {
        Node leader = cluster.leaderFor(partition);
        if (leader == null) {
            topics.add(partition.topic(), nowMs);
            topics.requestUpdate(false);
        }
        return leader;
    }

    private void send(Node node, List<Batch> ready, long nowMs) {
        List<Batch> batches = new ArrayList<>();
        int bytes = 0;
        for (Batch batch : ready) {
            if (batches.isEmpty() || bytes + batch.length() <= settings.requestBytes()) {
                batches.add(batch);
                bytes += batch.length();
            }
        }
        for (Batch batch : batches) {
            queue(batch).sending(batch, transaction.identity());
            transaction.uses(batch.partition());
        }
        ProduceExchange exchange = new ProduceExchange(batches, topics.topicIds());
        brokers.send(
                node,
                exchange.request(settings, transaction.isImplicit()),
                nowMs,
                response -> answered(exchange, response));
    }

    private PartitionQueue queue(Batch batch) {
        PartitionQueue queue = queues.get(batch.partition());
        if (queue == null) {
            throw new IllegalStateException("no queue for " + batch.partition());
        }
        return queue;
    }

    private void answered(ProduceExchange exchange, ClientResponse response) {
        long nowMs = response.receivedTimeMs();
        if (response.responseBody() instanceof ProduceResponse produced) {
            topics.updatePartitionLeadership(exchange.leaders(produced), exchange.nodes(produced));
            exchange.errors(produced).forEach((batch, error) -> answered(batch, error, nowMs));
            return;
        }
        Errors error =
                response.versionMismatch() != null
                        ? Errors.UNSUPPORTED_VERSION
                        : response.wasTimedOut()
                                ? Errors.REQUEST_TIMED_OUT
                                : Errors.NETWORK_EXCEPTION;
        for (Batch batch : exchange.batches()) {
            answered(batch, error, nowMs);
        }
    }

    private void answered(Batch batch, Errors error, long nowMs) {
        PartitionQueue queue = queue(batch);
        if (error.exception() instanceof InvalidMetadataException
                || error == Errors.REQUEST_TIMED_OUT) {
            topics.requestUpdate(false);
        }
        switch (ProduceVerdict.of(error, queue.isFirst(batch))) {
            case ACKNOWLEDGED -> {
                queue.acknowledged(batch);
                buffers.give(batch.bytes());
                settle(queue);
            }
            case AGAIN -> {
                LOG.atDebug()
                        .addKeyValue("partition", batch.partition())
                        .addKeyValue("error", error)
                        .log("a batch is sent again");
                batch.again(
                        nowMs
                                + (error == Errors.CONCURRENT_TRANSACTIONS
                                        ? settings.soonMs(batch.attempts())
                                        : settings.backoffMs(batch.attempts())));
            }
            case FAILED -> {
                batch.answered();
                broken.accept(
                        error == Errors.TOPIC_AUTHORIZATION_FAILED
                                ? new TopicAuthorizationException(Set.of(batch.partition().topic()))
                                : error.exception());
            }
        }
    }
}
