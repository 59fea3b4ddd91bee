package io.moor.shipper.kafka.direct;

import io.moor.shipper.kafka.ExistingTopics;

import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes the end of a transaction into partitions that its coordinator left out. Kafka's own admin
 * client can write aborts only. Blocks; for one thread, a platform one.
 */
public final class MarkerWriter implements AutoCloseable {

    /** Brokers then take a marker for the very next epoch only: nothing newer is ended by it. */
    private static final short BY_EPOCH = 2;

    private final Settings settings;
    private final Brokers brokers;

    /**
     * @param properties of a producer
     */
    public MarkerWriter(Map<String, Object> properties) {
        ProducerConfig config = ExistingTopics.config(properties);
        this.settings = Settings.of(config);
        this.brokers = new Brokers(config, settings);
    }

    /**
     * One transaction that is over.
     *
     * @param producerEpoch what the end has raised the producer's epoch to
     * @param coordinatorEpoch the newest that the partitions have seen of its coordinator
     * @param committed how it ended
     */
    public record Ended(
            long producerId, short producerEpoch, int coordinatorEpoch, boolean committed) {}

    /**
     * Writes it. A partition in which the producer has gone on since is left as it is.
     *
     * @param leader of all the partitions
     * @throws KafkaException when the broker refuses, or does not answer in time
     */
    public void write(Node leader, List<TopicPartition> partitions, Ended ended) {
        TxnMarkerEntry marker =
                new TxnMarkerEntry(
                        ended.producerId(),
                        ended.producerEpoch(),
                        ended.coordinatorEpoch(),
                        ended.committed() ? TransactionResult.COMMIT : TransactionResult.ABORT,
                        partitions,
                        BY_EPOCH);
        ClientResponse response = ask(leader, new WriteTxnMarkersRequest.Builder(List.of(marker)));
        if (response.versionMismatch() != null) {
            throw response.versionMismatch();
        }
        if (!(response.responseBody() instanceof WriteTxnMarkersResponse answer)) {
            throw new TimeoutException("disconnected from " + leader);
        }
        for (Map<TopicPartition, Errors> errors : answer.errorsByProducerId().values()) {
            errors.values().stream()
                    .filter(error -> error != Errors.NONE)
                    .filter(error -> error != Errors.INVALID_PRODUCER_EPOCH)
                    .findFirst()
                    .ifPresent(error -> {
                        throw error.exception();
                    });
        }
    }

    private ClientResponse ask(Node node, WriteTxnMarkersRequest.Builder request) {
        long begin = System.currentTimeMillis();
        AtomicReference<ClientResponse> answer = new AtomicReference<>();
        boolean sent = false;
        while (true) {
            long now = System.currentTimeMillis();
            ClientResponse response = answer.get();
            if (response != null) {
                return response;
            }
            if (now - begin > settings.maxBlockMs()) {
                throw new TimeoutException(node + " did not answer in time");
            }
            if (brokers.refusal(node) != null) {
                throw new KafkaException(brokers.refusal(node));
            }
            if (!sent && brokers.isReady(node, now)) {
                brokers.send(node, request, now, answer::set);
                sent = true;
            }
            brokers.poll(settings.retryBackoffMs(), now);
        }
    }

    @Override
    public void close() {
        brokers.close();
    }
}
