package io.moor.shipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.OwnerClaim;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What the engine relies on in a producer that is spent; its states are Kafka's own. */
class TransactionalSinkTest {

    private static final OwnerClaim CLAIM = new OwnerClaim("mine", 0, "host");

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(
                    true,
                    new RoundRobinPartitioner(),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
    private Uuid found = Uuid.ZERO_UUID;

    /** It throws IllegalStateException then, which is for the engine's own defects. */
    @Test
    void aSpentProducerIsAFailureOfKafkaInEveryStep() {
        TransactionalSink sink = sink(Uuid.ZERO_UUID);
        sink.takeOver();
        sink.claim(CLAIM);
        producer.close();

        assertSpent(() -> sink.claim(CLAIM));
        assertSpent(sink::commit);
        assertSpent(sink::abort);
        TransactionalSink next = sink(Uuid.ZERO_UUID);
        assertSpent(() -> next.claim(CLAIM));
    }

    @Test
    void commitsNothingInAnotherTopicOfCheckpoints() {
        Uuid ours = Uuid.randomUuid();
        TransactionalSink sink = sink(ours);
        sink.takeOver();
        sink.claim(CLAIM);
        found = ours;
        sink.commit();

        sink.claim(CLAIM);
        found = Uuid.randomUuid();
        assertThatThrownBy(sink::commit)
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("anew");
        assertThat(producer.commitCount()).isEqualTo(1);
    }

    private TransactionalSink sink(Uuid checkpoints) {
        KnownTopics topics =
                new KnownTopics() {
                    @Override
                    public boolean knows(String topic, int partition) {
                        return true;
                    }

                    @Override
                    public Uuid id(String topic) {
                        return found;
                    }
                };
        return new TransactionalSink(
                new ExistingTopics.Opened(producer, topics), new Origin("o"), checkpoints, true);
    }

    private static void assertSpent(org.assertj.core.api.ThrowableAssert.ThrowingCallable step) {
        assertThatThrownBy(step)
                .isInstanceOf(KafkaException.class)
                .satisfies(e -> assertThat(KafkaFailure.of(e)).isEqualTo(KafkaFailure.REBUILD));
    }
}
