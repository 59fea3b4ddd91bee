package io.moor.shipper.kafka.direct;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.EndTxnResponse;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Who we are for Kafka, and what the open transaction has. In version 2 of the protocol partitions
 * join with their first batch, and every end gives a new epoch; before, they are announced, and the
 * epoch stays. Which one holds is asked once, when the producer is made: Kafka goes on
 * understanding the first. Used by one thread.
 */
final class Transaction {

    private final Settings settings;
    private final IntSupplier protocolVersion;
    private final Set<TopicPartition> joined = new HashSet<>();
    private ProducerIdentity identity = ProducerIdentity.NONE;
    private boolean implicit;

    /**
     * @param protocolVersion the cluster's {@code transaction.version}, known when a broker
     *     answered
     */
    Transaction(Settings settings, IntSupplier protocolVersion) {
        this.settings = settings;
        this.protocolVersion = protocolVersion;
    }

    ProducerIdentity identity() {
        return identity;
    }

    /** Whether partitions join with their first batch. */
    boolean isImplicit() {
        return implicit;
    }

    /** Whether a batch for a partition may be sent. */
    boolean has(TopicPartition partition) {
        return settings.transactionalId() == null || implicit || joined.contains(partition);
    }

    /** A batch for a partition is sent. */
    void uses(TopicPartition partition) {
        joined.add(partition);
    }

    /** Whether Kafka knows of nothing to be ended. */
    boolean isEmpty() {
        return joined.isEmpty();
    }

    /** Asks who we are; with a transactional id it fences whoever we were before. */
    TransactionCall begin(Runnable done) {
        return new TransactionCall() {
            @Override
            public AbstractRequest.Builder<?> request() {
                return new InitProducerIdRequest.Builder(
                        new InitProducerIdRequestData()
                                .setTransactionalId(settings.transactionalId())
                                .setTransactionTimeoutMs(
                                        settings.transactionalId() == null
                                                ? Integer.MAX_VALUE
                                                : settings.transactionTimeoutMs())
                                .setProducerId(ProducerIdentity.NONE.id())
                                .setProducerEpoch(ProducerIdentity.NONE.epoch()));
            }

            @Override
            public Next answered(AbstractResponse response) {
                InitProducerIdResponse answer = (InitProducerIdResponse) response;
                Next next = TransactionCall.next(answer.error());
                if (next == Next.DONE) {
                    identity =
                            new ProducerIdentity(
                                    answer.data().producerId(), answer.data().producerEpoch());
                    implicit = protocolVersion.getAsInt() >= 2;
                    done.run();
                }
                return next;
            }

            @Override
            public String toString() {
                return "InitProducerId";
            }
        };
    }

    /** Announces partitions, before version 2. */
    TransactionCall join(List<TopicPartition> partitions) {
        return new TransactionCall() {
            @Override
            public AbstractRequest.Builder<?> request() {
                return AddPartitionsToTxnRequest.Builder.forClient(
                        settings.transactionalId(), identity.id(), identity.epoch(), partitions);
            }

            @Override
            public Next answered(AbstractResponse response) {
                Map<TopicPartition, Errors> answers =
                        ((AddPartitionsToTxnResponse) response)
                                .errors()
                                .getOrDefault(
                                        AddPartitionsToTxnResponse.V3_AND_BELOW_TXN_ID, Map.of());
                for (TopicPartition partition : partitions) {
                    Errors error = answers.getOrDefault(partition, Errors.UNKNOWN_SERVER_ERROR);
                    // Says that another partition has the error that tells.
                    if (error != Errors.OPERATION_NOT_ATTEMPTED) {
                        Next next = TransactionCall.next(error);
                        if (next != Next.DONE) {
                            return next;
                        }
                    }
                }
                if (answers.containsValue(Errors.OPERATION_NOT_ATTEMPTED)) {
                    return Next.AGAIN;
                }
                joined.addAll(partitions);
                return Next.DONE;
            }

            @Override
            public String toString() {
                return "AddPartitionsToTxn";
            }
        };
    }

    /** Commits or aborts; asked again, Kafka says how it was ended. */
    TransactionCall end(boolean commit, Runnable done) {
        return new TransactionCall() {
            @Override
            public AbstractRequest.Builder<?> request() {
                return new EndTxnRequest.Builder(
                        new EndTxnRequestData()
                                .setTransactionalId(settings.transactionalId())
                                .setProducerId(identity.id())
                                .setProducerEpoch(identity.epoch())
                                .setCommitted(commit),
                        implicit);
            }

            @Override
            public Next answered(AbstractResponse response) {
                EndTxnResponse answer = (EndTxnResponse) response;
                Next next = TransactionCall.next(answer.error());
                if (next == Next.DONE) {
                    joined.clear();
                    if (answer.data().producerId() >= 0) {
                        identity =
                                new ProducerIdentity(
                                        answer.data().producerId(), answer.data().producerEpoch());
                    }
                    done.run();
                }
                return next;
            }

            @Override
            public String toString() {
                return commit ? "EndTxn(commit)" : "EndTxn(abort)";
            }
        };
    }
}
