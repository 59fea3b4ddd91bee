package io.moor.shipper.kafka.direct;

import org.apache.kafka.clients.Metadata.LeaderIdAndEpoch;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One Produce request, at most one batch of a partition in it, and what its answer says of each.
 */
final class ProduceExchange {

    private static final short ALL_REPLICAS = -1;

    private final List<Batch> batches;
    private final Map<String, Uuid> ids;

    /**
     * @param ids of topics, as they are now: an answer may name them by id only
     */
    ProduceExchange(List<Batch> batches, Map<String, Uuid> ids) {
        this.batches = List.copyOf(batches);
        this.ids = ids;
    }

    List<Batch> batches() {
        return batches;
    }

    /**
     * The request.
     *
     * @param implicit whether partitions join the transaction with it
     */
    ProduceRequest.Builder request(Settings settings, boolean implicit) {
        ProduceRequestData.TopicProduceDataCollection byTopic =
                new ProduceRequestData.TopicProduceDataCollection();
        for (Batch batch : batches) {
            String topic = batch.partition().topic();
            Uuid id = id(topic);
            ProduceRequestData.TopicProduceData data = byTopic.find(topic, id);
            if (data == null) {
                data = new ProduceRequestData.TopicProduceData().setTopicId(id).setName(topic);
                byTopic.add(data);
            }
            data.partitionData()
                    .add(
                            new ProduceRequestData.PartitionProduceData()
                                    .setIndex(batch.partition().partition())
                                    .setRecords(batch.memoryRecords()));
        }
        ProduceRequestData data =
                new ProduceRequestData()
                        .setAcks(ALL_REPLICAS)
                        .setTimeoutMs(settings.requestTimeoutMs())
                        .setTransactionalId(settings.transactionalId())
                        .setTopicData(byTopic);
        return ProduceRequest.builder(data, settings.transactionalId() != null && !implicit);
    }

    private Uuid id(String topic) {
        return ids.getOrDefault(topic, Uuid.ZERO_UUID);
    }

    /** The answer to each batch; one that was not answered counts as lost on its way. */
    Map<Batch, Errors> errors(ProduceResponse response) {
        Map<TopicPartition, Errors> answers = new HashMap<>();
        forEach(
                response,
                (partition, answer) -> answers.put(partition, Errors.forCode(answer.errorCode())));
        Map<Batch, Errors> errors = new LinkedHashMap<>();
        for (Batch batch : batches) {
            errors.put(batch, answers.getOrDefault(batch.partition(), Errors.NETWORK_EXCEPTION));
        }
        return errors;
    }

    /** Leaders that the answer tells of, so that nobody has to be asked. */
    Map<TopicPartition, LeaderIdAndEpoch> leaders(ProduceResponse response) {
        Map<TopicPartition, LeaderIdAndEpoch> leaders = new HashMap<>();
        forEach(
                response,
                (partition, answer) -> {
                    if (answer.currentLeader().leaderId() >= 0
                            && answer.currentLeader().leaderEpoch() >= 0) {
                        leaders.put(
                                partition,
                                new LeaderIdAndEpoch(
                                        Optional.of(answer.currentLeader().leaderId()),
                                        Optional.of(answer.currentLeader().leaderEpoch())));
                    }
                });
        return leaders;
    }

    /** Where those leaders are. */
    List<Node> nodes(ProduceResponse response) {
        return response.data().nodeEndpoints().stream()
                .map(node -> new Node(node.nodeId(), node.host(), node.port(), node.rack()))
                .filter(node -> !node.isEmpty())
                .toList();
    }

    private interface Answers {
        void take(TopicPartition partition, ProduceResponseData.PartitionProduceResponse answer);
    }

    private void forEach(ProduceResponse response, Answers answers) {
        for (ProduceResponseData.TopicProduceResponse topic : response.data().responses()) {
            String name = name(topic);
            for (ProduceResponseData.PartitionProduceResponse answer : topic.partitionResponses()) {
                answers.take(new TopicPartition(name, answer.index()), answer);
            }
        }
    }

    private String name(ProduceResponseData.TopicProduceResponse topic) {
        if (topic.topicId().equals(Uuid.ZERO_UUID)) {
            return topic.name();
        }
        for (Batch batch : batches) {
            if (id(batch.partition().topic()).equals(topic.topicId())) {
                return batch.partition().topic();
            }
        }
        return topic.name();
    }
}
