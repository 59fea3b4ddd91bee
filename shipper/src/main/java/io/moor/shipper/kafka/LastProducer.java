package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

import java.util.List;
import java.util.concurrent.ExecutionException;

/** Who called {@code initTransactions} last for an origin, as its coordinator remembers. */
public enum LastProducer {
    /** This run: whatever its transaction met, nobody has taken over. */
    OURS,
    /** Another shipper, which may not have claimed the origin yet. */
    ANOTHER,
    /** Somebody who ended the transactions of this origin by order. */
    FENCED,
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
            long timeout =
                    admin.describeTransactions(List.of(origin.transactionalId()))
                            .description(origin.transactionalId())
                            .get()
                            .transactionTimeoutMs();
            if (timeout == ours.timeoutMs()) {
                return OURS;
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
}
