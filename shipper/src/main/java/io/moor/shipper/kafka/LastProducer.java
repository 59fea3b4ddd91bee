package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

import java.util.List;
import java.util.concurrent.ExecutionException;

/** Who called {@code initTransactions} last for an origin, as its coordinator remembers. */
public enum LastProducer {
    /** This run: whatever its transaction met, nobody has taken over. */
    OURS,
    /**
     * This run, but its transaction is being ended: by its timeout, or by another shipper that has
     * called {@code initTransactions} and is remembered when that is done.
     */
    ENDING,
    /** This run, whose transaction was aborted: another shipper may be about to ask again. */
    ABORTED,
    /** Another shipper, which may not have claimed the origin yet. */
    ANOTHER,
    /** Somebody who ended the transactions of this origin by order. */
    FENCED,
    /** Somebody who ended a transaction that was overdue, and took nothing over. */
    OVERDUE,
    /** Nobody, or so long ago that it is forgotten. */
    NOBODY,
    /** The broker is older than 3.0 and cannot tell. */
    UNKNOWN;

    /**
     * Asks.
     *
     * @throws KafkaException when Kafka cannot be asked
     */
    static LastProducer of(Admin admin, Origin origin, RunMark ours) {
        try {
            TransactionDescription last =
                    admin.describeTransactions(List.of(origin.transactionalId()))
                            .description(origin.transactionalId())
                            .get();
            long timeout = last.transactionTimeoutMs();
            if (timeout == ours.timeoutMs()) {
                return ours(last.state());
            }
            if (timeout == RunMark.ENDED_MS) {
                return OVERDUE;
            }
            return timeout == RunMark.FENCING_MS ? FENCED : ANOTHER;
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case TransactionalIdNotFoundException _ -> NOBODY;
                case UnsupportedVersionException _ -> UNKNOWN;
                case KafkaException kafka -> throw kafka;
                case null, default ->
                        throw new KafkaException("cannot describe the transactions", e);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private static LastProducer ours(TransactionState state) {
        return switch (state) {
            case PREPARE_EPOCH_FENCE, PREPARE_ABORT, PREPARE_COMMIT -> ENDING;
            case COMPLETE_ABORT -> ABORTED;
            case ONGOING, COMPLETE_COMMIT, EMPTY, UNKNOWN -> OURS;
        };
    }
}
