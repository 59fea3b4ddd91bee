package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The rule of the checkpoints' topic: a shipper's transaction may be open in it for as long as
 * Kafka lets that shipper, anybody else's for as long as Kafka lets us. One that is open for longer
 * holds up every start in its partition, and is ended. Ages are the coordinator's, so nobody's
 * clock counts but its own.
 */
final class HangingTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);

    private final Admin admin;
    private final TopicPartition partition;
    private final Duration longest;
    private final Duration look;

    /**
     * @param longest how long somebody who is not a shipper may have a transaction open
     * @param look how often a coordinator looks for transactions that are too old, at the longest
     */
    HangingTransactions(Admin admin, TopicPartition partition, Duration longest, Duration look) {
        this.admin = admin;
        this.partition = partition;
        this.longest = longest;
        this.look = look;
    }

    /**
     * One open transaction.
     *
     * @param startMs by the coordinator's clock; with the producer it tells it from the next one
     */
    private record Open(String transactionalId, long producerId, long startMs, Duration timeout) {

        boolean isOfShipper() {
            return transactionalId.startsWith(Origin.TRANSACTIONAL_ID_PREFIX);
        }
    }

    /**
     * Ends the transactions that have been open in the partition for too long. An overdue one of a
     * shipper gets a second look, because a coordinator that was away had no chance to end it.
     *
     * @return for people: what else is open, and what to do about it; may be empty
     * @throws KafkaException when Kafka does not do it, for want of a right among others
     */
    String end() {
        try {
            Set<Long> producers = producers();
            if (producers.isEmpty()) {
                return "";
            }
            Collection<TransactionListing> listed = listed(producers);
            List<Open> waiting = new ArrayList<>();
            List<Open> overdue = new ArrayList<>();
            List<TransactionListing> ended = new ArrayList<>();
            for (TransactionListing each : listed) {
                Optional<Open> open = open(each.transactionalId());
                if (open.isPresent()) {
                    (isOverdue(open.get()) ? overdue : waiting).add(open.get());
                } else {
                    ended.add(each);
                }
            }
            for (Open each : stillOpen(overdue)) {
                LOG.atWarn()
                        .addKeyValue("partition", partition)
                        .addKeyValue("transactionalId", each.transactionalId())
                        .log("a transaction was open among the checkpoints for too long: ended");
                Fencing.endOverdue(admin, each.transactionalId());
            }
            Set<Long> unseen = new HashSet<>(producers);
            listed.forEach(each -> unseen.remove(each.producerId()));
            return describe(waiting) + describeForgotten(ended) + describeUnseen(unseen);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException("cannot look for open transactions", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    /** Those that are not a shipper's, at once; the others when a coordinator had its chance. */
    private List<Open> stillOpen(List<Open> overdue)
            throws ExecutionException, InterruptedException {
        if (overdue.stream().anyMatch(Open::isOfShipper)) {
            TimeUnit.MILLISECONDS.sleep(look.toMillis());
        }
        List<Open> still = new ArrayList<>();
        for (Open each : overdue) {
            if (open(each.transactionalId()).filter(each::equals).isPresent()) {
                still.add(each);
            }
        }
        return still;
    }

    private boolean isOverdue(Open open) throws ExecutionException, InterruptedException {
        Duration allowed = open.isOfShipper() ? open.timeout().plus(look) : longest;
        return !admin.listTransactions(
                        new ListTransactionsOptions()
                                .filterProducerIds(Set.of(open.producerId()))
                                .filterStates(Set.of(TransactionState.ONGOING))
                                .filterOnDuration(allowed.toMillis()))
                .all()
                .get()
                .isEmpty();
    }

    /** Empty when it is over, or its coordinator is ending it. */
    private Optional<Open> open(String transactionalId)
            throws ExecutionException, InterruptedException {
        try {
            TransactionDescription found =
                    admin.describeTransactions(List.of(transactionalId))
                            .description(transactionalId)
                            .get();
            return found.state() == TransactionState.ONGOING
                    ? Optional.of(
                            new Open(
                                    transactionalId,
                                    found.producerId(),
                                    found.transactionStartTimeMs().orElse(0),
                                    Duration.ofMillis(found.transactionTimeoutMs())))
                    : Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Who has a transaction open in the partition. */
    private Set<Long> producers() throws ExecutionException, InterruptedException {
        return admin
                .describeProducers(List.of(partition))
                .partitionResult(partition)
                .get()
                .activeProducers()
                .stream()
                .filter(state -> state.currentTransactionStartOffset().isPresent())
                .map(ProducerState::producerId)
                .collect(Collectors.toSet());
    }

    /** Whatever their transactions do now; only those that we may see. */
    private Collection<TransactionListing> listed(Set<Long> producers)
            throws ExecutionException, InterruptedException {
        return admin.listTransactions(new ListTransactionsOptions().filterProducerIds(producers))
                .all()
                .get();
    }

    private static String describe(List<Open> waiting) {
        return waiting.stream()
                .map(each ->
                        "; '"
                                + each.transactionalId()
                                + "' has a transaction open, and may for "
                                + each.timeout().toSeconds()
                                + " s"
                                + (each.isOfShipper()
                                        ? " (end it with 'moor logs fence' when that shipper is"
                                                + " gone)"
                                        : ""))
                .collect(Collectors.joining());
    }

    /** Over for their coordinators; still open in the partition only when that was not told. */
    private String describeForgotten(List<TransactionListing> ended)
            throws ExecutionException, InterruptedException {
        if (ended.isEmpty()) {
            return "";
        }
        Set<Long> still = producers();
        return ended.stream()
                .filter(each -> still.contains(each.producerId()))
                .map(each ->
                        "; '"
                                + each.transactionalId()
                                + "' has a transaction open there that is over for its coordinator"
                                + " ("
                                + each.state()
                                + ", KAFKA-20734); how it ended is not known any more")
                .collect(Collectors.joining());
    }

    /** An abort by hand of a transaction that is in use would lose or double lines. */
    private static String describeUnseen(Set<Long> unseen) {
        return unseen.isEmpty()
                ? ""
                : "; the producers "
                        + unseen
                        + " have transactions open and are not shown to us: the right to describe"
                        + " their transactional ids is missing, or they hang; abort only what"
                        + " 'kafka-transactions.sh find-hanging' lists";
    }
}
