package io.moor.shipper.kafka;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * The rule of the checkpoints' topic: nobody keeps a transaction open in it for longer than Kafka
 * lets a shipper. One that does holds up every start in its partition, and is ended.
 */
final class HangingTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);

    private HangingTransactions() {}

    /**
     * Fences the producers whose transactions have been open in a partition for too long.
     *
     * @throws TimeoutException when the transaction is not of a producer that could be fenced
     * @throws KafkaException when Kafka does not do it, for want of a right among others
     */
    static void end(Admin admin, TopicPartition partition, Duration longest) {
        try {
            Set<Long> open =
                    admin
                            .describeProducers(List.of(partition))
                            .partitionResult(partition)
                            .get()
                            .activeProducers()
                            .stream()
                            .filter(state -> state.currentTransactionStartOffset().isPresent())
                            .map(ProducerState::producerId)
                            .collect(Collectors.toSet());
            if (open.isEmpty()) {
                return;
            }
            List<String> hanging =
                    admin
                            .listTransactions(
                                    new ListTransactionsOptions()
                                            .filterProducerIds(open)
                                            .filterOnDuration(longest.toMillis()))
                            .all()
                            .get()
                            .stream()
                            .map(TransactionListing::transactionalId)
                            .toList();
            if (hanging.isEmpty()) {
                throw new TimeoutException(
                        "a transaction that no coordinator knows holds up "
                                + partition
                                + " (producers "
                                + open
                                + "); end it with kafka-transactions.sh --find-hanging and abort");
            }
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("transactionalIds", hanging)
                    .log(
                            "transactions were open among the checkpoints for too long; they are"
                                    + " aborted and their producers fenced");
            Fencing.fence(admin, hanging);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException("cannot look for open transactions", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }
}
