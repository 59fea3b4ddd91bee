package io.moor.shipper.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

class PartitionQueueTest {

    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final ProducerIdentity PRODUCER = new ProducerIdentity(1, (short) 0);

    private final PartitionQueue queue = new PartitionQueue(PARTITION, 5);
    private final Buffers buffers = new Buffers(0);

    @Test
    void fiveAreOnTheirWayAtMost() {
        List<Batch> sent = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            queue.add(batch(2));
        }
        for (Batch next = queue.next(0); next != null; next = queue.next(0)) {
            queue.sending(next, PRODUCER);
            sent.add(next);
        }

        assertThat(sent).extracting(Batch::sequence).containsExactly(0, 2, 4, 6, 8);
        queue.acknowledged(sent.getFirst());
        assertThat(send(0).sequence()).isEqualTo(10);
    }

    @Test
    void whatFailedIsSentAgainAloneAndInItsPlace() {
        Batch first = sent(3);
        Batch second = sent(3);
        queue.add(batch(1));

        first.again(100);
        assertThat(queue.next(100)).as("the second has no answer yet").isSameAs(first);
        second.again(50);
        assertThat(queue.next(60)).as("not before its time").isNull();
        assertThat(send(100)).isSameAs(first);
        assertThat(queue.next(1_000)).as("the second waits for the first").isNull();
        queue.acknowledged(first);
        assertThat(send(1_000)).isSameAs(second);
        assertThat(second.sequence()).isEqualTo(3);
        assertThat(send(1_000).sequence()).isEqualTo(6);
    }

    /** A later one may be acknowledged while the first has no answer: it was doubled, say. */
    @Test
    void whatIsDroppedIsWhatNoBrokerHas() {
        Batch first = sent(1);
        Batch second = sent(1);
        Batch third = batch(1);
        queue.add(third);
        second.again(0);

        assertThat(queue.drop()).containsExactlyInAnyOrder(second, third);
        assertThat(queue.isDone()).isFalse();
        assertThat(queue.hasInFlight()).isTrue();
        assertThatThrownBy(queue::restart).isInstanceOf(IllegalStateException.class);
        queue.acknowledged(first);
        assertThat(queue.isDone()).isTrue();
        queue.restart();
        assertThat(sent(1).sequence()).isZero();
    }

    @Test
    void withoutNumbersOneIsOnItsWay() {
        PartitionQueue plain = new PartitionQueue(PARTITION, 1);
        Batch first = batch(1);
        plain.add(first);
        plain.add(batch(1));
        plain.sending(first, ProducerIdentity.NONE);

        assertThat(first.sequence()).isEqualTo(-1);
        assertThat(plain.next(0)).isNull();
    }

    @Test
    void sequencesGoOnAtZero() {
        assertThat(PartitionQueue.after(0, 1)).isEqualTo(1);
        assertThat(PartitionQueue.after(Integer.MAX_VALUE - 1, 1)).isEqualTo(Integer.MAX_VALUE);
        assertThat(PartitionQueue.after(Integer.MAX_VALUE, 1)).isZero();
        assertThat(PartitionQueue.after(Integer.MAX_VALUE - 4, 10)).isEqualTo(5);
    }

    /** A broker that takes a batch only after the one before it, and forgets answers. */
    @Test
    void everythingArrivesOnceAndInOrderWhateverFails() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            PartitionQueue each = new PartitionQueue(PARTITION, 5);
            List<Batch> flying = new ArrayList<>();
            int total = 0;
            int arrived = 0;
            for (int step = 0; step < 20_000 && (step < 200 || !each.isDone()); step++) {
                if (step < 200 && random.nextInt(4) == 0) {
                    int records = random.nextInt(1, 9);
                    each.add(batch(records));
                    total += records;
                }
                Batch next = each.next(step);
                if (next != null && random.nextBoolean()) {
                    each.sending(next, PRODUCER);
                    flying.add(next);
                }
                if (!flying.isEmpty() && random.nextBoolean()) {
                    // One leader answers in order; two need not.
                    Batch batch = flying.remove(random.nextInt(8) == 0 ? flying.size() - 1 : 0);
                    boolean lost = random.nextInt(5) == 0;
                    boolean fits = batch.sequence() == arrived && !lost;
                    arrived += fits ? batch.records() : 0;
                    boolean known = batch.sequence() < arrived;
                    if (known && random.nextInt(6) != 0) {
                        each.acknowledged(batch);
                    } else {
                        batch.again(step + random.nextInt(4));
                    }
                }
            }
            assertThat(each.isDone()).as("seed %d", seed).isTrue();
            assertThat(arrived).as("seed %d", seed).isEqualTo(total);
        }
    }

    private Batch sent(int records) {
        Batch batch = batch(records);
        queue.add(batch);
        assertThat(send(0)).isSameAs(batch);
        return batch;
    }

    private Batch send(long nowMs) {
        Batch next = Objects.requireNonNull(queue.next(nowMs));
        queue.sending(next, PRODUCER);
        return next;
    }

    private Batch batch(int records) {
        RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 1 << 10);
        HeaderBlock headers = new HeaderBlock();
        headers.clear();
        for (int i = 0; i < records; i++) {
            collected.add(1, new byte[1], new byte[1], 0, 1, headers);
        }
        return new Press(Compression.NONE, true, buffers).press(collected, 0);
    }
}
