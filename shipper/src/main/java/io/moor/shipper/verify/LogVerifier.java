package io.moor.shipper.verify;

import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.checkpoint.ArchivedGeneration;
import io.moor.shipper.checkpoint.CheckpointDamagedException;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.kafka.CommittedRead;
import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.kafka.KafkaFailure;
import io.moor.shipper.kafka.Topics;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Proves from the topics alone, read with read_committed, that no byte of a stream is missing or
 * doubled: spans and skipped ranges must cover every generation up to its committed offset, once.
 * Shares nothing with the shipper but the formats. The checkpoints are read first, so lines that
 * are shipped meanwhile only add to what they ask for.
 */
public final class LogVerifier {

    /** Topics that account for nothing by themselves. */
    private static final Set<String> OUR_OWN = Set.of(Topics.CHECKPOINTS, "moor.dead-letters");

    private static final Duration REACH = Duration.ofMillis(9_500);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final KafkaClients clients;

    /**
     * @param kafka properties of the Kafka clients, {@code bootstrap.servers} among them
     */
    public LogVerifier(Map<String, String> kafka) {
        this.clients = new KafkaClients(kafka);
    }

    /**
     * Reads a topic from its beginning to its present end.
     *
     * @throws ShipperException when Kafka does not answer, the topic does not exist, or a
     *     checkpoint cannot be understood
     */
    public TopicVerdict verify(String topic) throws ShipperException {
        return verify(topic, _ -> {});
    }

    /**
     * Like {@link #verify(String)}.
     *
     * @param progress is told the number of records read so far, after each of them
     */
    public TopicVerdict verify(String topic, LongConsumer progress) throws ShipperException {
        if (OUR_OWN.contains(topic)) {
            throw new ShipperException(
                    Reason.TOPIC_UNUSABLE,
                    "'"
                            + topic
                            + "' is not a topic of lines; name the one that files are shipped to");
        }
        try (Admin admin = clients.admin()) {
            Map<String, StreamProof> proofs = new TreeMap<>();
            List<TopicPartition> data = partitions(admin, topic);
            if (data.isEmpty()) {
                throw new ShipperException(
                        Reason.TOPIC_UNUSABLE, "the topic '" + topic + "' does not exist");
            }
            KnownCheckpoints known = known(admin);
            List<StreamCheckpoint> here = new ArrayList<>();
            for (StreamCheckpoint checkpoint : known.streams()) {
                if (checkpoint.topic().equals(topic)) {
                    here.add(checkpoint);
                    proofs.computeIfAbsent(checkpoint.stream(), _ -> new StreamProof())
                            .checkpoint(checkpoint);
                }
            }
            for (ArchivedGeneration archived : known.archived(here)) {
                StreamProof proof = proofs.get(archived.stream());
                if (proof != null) {
                    proof.archived(archived.generation());
                }
            }
            RecordReader records = new RecordReader(proofs, progress);
            Map<TopicPartition, Long> beginnings =
                    new CommittedRead(clients, LIMIT).read(admin, data, records::read);
            Set<Integer> shortened = new HashSet<>();
            beginnings.forEach((partition, first) -> {
                if (first > 0) {
                    shortened.add(partition.partition());
                }
            });
            return new TopicVerdict(verdicts(topic, proofs, shortened), records.foreign());
        } catch (CheckpointDamagedException e) {
            throw damaged(e);
        } catch (KafkaException e) {
            throw new ShipperException(
                    Reason.KAFKA_UNREACHABLE,
                    "Kafka at "
                            + clients.bootstrapServers()
                            + " cannot be read: "
                            + KafkaFailure.describe(e),
                    e);
        }
    }

    /** The newest checkpoint of every stream of every origin. */
    public List<StreamCheckpoint> checkpoints() throws ShipperException {
        try (Admin admin = clients.admin()) {
            return known(admin).streams();
        } catch (CheckpointDamagedException e) {
            throw damaged(e);
        } catch (KafkaException e) {
            throw new ShipperException(
                    Reason.KAFKA_UNREACHABLE,
                    "Kafka at "
                            + clients.bootstrapServers()
                            + " cannot be read: "
                            + KafkaFailure.describe(e),
                    e);
        }
    }

    private List<StreamVerdict> verdicts(
            String topic, Map<String, StreamProof> proofs, Set<Integer> shortened) {
        List<StreamVerdict> verdicts = new ArrayList<>();
        proofs.forEach(
                (stream, proof) -> verdicts.add(proof.verdict(stream, topic, shortened::contains)));
        return verdicts;
    }

    private KnownCheckpoints known(Admin admin) throws ShipperException {
        KnownCheckpoints known = new KnownCheckpoints();
        List<TopicPartition> partitions = partitions(admin, Topics.CHECKPOINTS);
        if (!partitions.isEmpty()) {
            new CommittedRead(clients, LIMIT).read(admin, partitions, known::take);
        }
        return known;
    }

    private static ShipperException damaged(CheckpointDamagedException e) {
        return new ShipperException(Reason.CHECKPOINT_DAMAGED, String.valueOf(e.getMessage()), e);
    }

    /** Empty when the topic does not exist. */
    private List<TopicPartition> partitions(Admin admin, String topic) throws ShipperException {
        try {
            int count =
                    admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get(REACH.toMillis(), TimeUnit.MILLISECONDS)
                            .values()
                            .iterator()
                            .next()
                            .partitions()
                            .size();
            return IntStream.range(0, count)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return List.of();
            }
            throw unreachable(e);
        } catch (TimeoutException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    private ShipperException unreachable(Exception e) {
        return new ShipperException(
                Reason.KAFKA_UNREACHABLE,
                "Kafka at "
                        + clients.bootstrapServers()
                        + " did not answer; check the address and that the broker runs",
                e);
    }
}
