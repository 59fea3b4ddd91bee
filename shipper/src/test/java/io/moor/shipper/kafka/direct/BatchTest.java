package io.moor.shipper.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.stream.LogHeaders;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What is encoded here is decoded by Kafka's own classes. */
class BatchTest {

    private static final TopicPartition PARTITION = new TopicPartition("t", 3);
    private static final ProducerIdentity PRODUCER = new ProducerIdentity(4711L << 30, (short) 7);
    private static final byte[] KEY = "g/-/i/logs/app.log".getBytes(UTF_8);
    private static final byte[] PREFIX = "0123456789abcdef:".getBytes(UTF_8);

    private final Buffers buffers = new Buffers(1 << 20);
    private final HeaderBlock headers = new HeaderBlock();
    private final List<Expected> expected = new ArrayList<>();

    private record Expected(
            long timestamp, String key, @Nullable String value, List<String> headers) {}

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void kafkaReadsWhatWasWritten(CompressionType type) {
        RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 4 << 20);
        Random random = new Random(42);
        long now = 1_763_700_000_000L;
        for (int i = 0; i < 3_000; i++) {
            // Clocks go back, too.
            long timestamp = now + random.nextInt(-5_000, 5_000);
            add(collected, timestamp, "x".repeat(random.nextInt(300)), i * 211L, i % 16);
        }

        Batch batch = new Press(Compression.of(type).build(), true, buffers).press(collected, 1);
        batch.stamp(PRODUCER, 1_234);

        RecordBatch read = read(batch);
        assertThat(read.compressionType()).isEqualTo(type);
        assertThat(read.magic()).isEqualTo(RecordBatch.MAGIC_VALUE_V2);
        assertThat(read.isTransactional()).isTrue();
        assertThat(read.isControlBatch()).isFalse();
        assertThat(read.producerId()).isEqualTo(PRODUCER.id());
        assertThat(read.producerEpoch()).isEqualTo(PRODUCER.epoch());
        assertThat(read.baseSequence()).isEqualTo(1_234);
        assertThat(read.lastSequence()).isEqualTo(1_234 + 2_999);
        assertThat(read.lastOffset()).isEqualTo(2_999);
        assertThat(read.maxTimestamp())
                .isEqualTo(expected.stream().mapToLong(Expected::timestamp).max().orElseThrow());
        assertThat(records(read)).isEqualTo(expected);
    }

    @Test
    void emptyValuesTombstonesAndRecordsWithoutHeaders() {
        RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 1 << 10);
        add(collected, 5, "", 0, 0);
        headers.clear();
        assertThat(collected.add(6, KEY, null, 0, 0, headers)).isTrue();
        expected.add(new Expected(6, new String(KEY, UTF_8), null, List.of()));

        Batch batch = new Press(Compression.NONE, false, buffers).press(collected, 1);
        batch.stamp(ProducerIdentity.NONE, -1);

        RecordBatch read = read(batch);
        assertThat(read.isTransactional()).isFalse();
        assertThat(read.hasProducerId()).isFalse();
        assertThat(read.baseSequence()).isEqualTo(RecordBatch.NO_SEQUENCE);
        assertThat(records(read)).isEqualTo(expected);
    }

    /** Lengths at which a varint gets longer, of spans too. */
    @ParameterizedTest
    @ValueSource(ints = {0, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576, 3_000_000})
    void valuesOfEveryLength(int length) {
        RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 1 << 10);
        add(collected, Long.MAX_VALUE - 1, "v".repeat(length), Long.MAX_VALUE - length - 1, 15);

        Batch batch = new Press(Compression.lz4().build(), true, buffers).press(collected, 1);
        batch.stamp(PRODUCER, Integer.MAX_VALUE);

        assertThat(records(read(batch))).isEqualTo(expected);
    }

    @Test
    void asManyHeadersAsThereAre() {
        RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 1 << 10);
        headers.clear();
        List<String> expectedHeaders = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            headers.add(("h" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8));
            expectedHeaders.add("h" + i + "=v" + i);
        }
        collected.add(1, KEY, new byte[] {'v'}, 0, 1, headers);
        Batch batch = new Press(Compression.NONE, true, buffers).press(collected, 1);
        batch.stamp(PRODUCER, 0);

        assertThat(records(read(batch)))
                .containsExactly(new Expected(1, new String(KEY, UTF_8), "v", expectedHeaders));
    }

    /** Compressed, it is longer than it was. */
    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void recordsThatCannotBeCompressed(CompressionType type) {
        byte[] noise = new byte[700_000];
        new Random(1).nextBytes(noise);
        RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 1 << 10);
        headers.clear();
        collected.add(1, KEY, noise, 0, noise.length, headers);

        Batch batch = new Press(Compression.of(type).build(), true, buffers).press(collected, 1);
        batch.stamp(PRODUCER, 0);

        Record record = read(batch).iterator().next();
        assertThat(bytes(record.value())).isEqualTo(noise);
    }

    @Test
    void aFullBatchTakesNoMoreAndOneLongRecordHasItsOwn() {
        RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 1_000);
        headers.clear();
        byte[] value = new byte[300];

        assertThat(collected.add(1, KEY, value, 0, 300, headers)).isTrue();
        assertThat(collected.add(1, KEY, value, 0, 300, headers)).isTrue();
        assertThat(collected.add(1, KEY, value, 0, 300, headers)).isTrue();
        assertThat(collected.add(1, KEY, value, 0, 300, headers)).isFalse();
        assertThat(collected.records()).isEqualTo(3);

        RecordBuffer alone = new RecordBuffer(PARTITION, buffers, 1_000);
        assertThat(alone.add(1, KEY, new byte[5_000], 0, 5_000, headers)).isTrue();
        assertThat(alone.add(1, KEY, value, 0, 1, headers)).isFalse();
    }

    @Test
    void buffersAreUsedAgain() {
        for (int i = 0; i < 3; i++) {
            RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 100_000);
            int records = 0;
            while (add(collected, i, "line", i, 0)) {
                records++;
            }
            assertThat(collected.records()).isEqualTo(records);
            Batch batch = new Press(Compression.lz4().build(), true, buffers).press(collected, 1);
            assertThat(buffers.used()).isEqualTo(batch.bytes().length);
            buffers.give(batch.bytes());
        }
        assertThat(buffers.used()).isZero();
    }

    /** A retry carries the same bytes. */
    @Test
    void aBatchIsSentTwiceAsItIs() {
        RecordBuffer collected = new RecordBuffer(PARTITION, buffers, 1_000);
        add(collected, 1, "line", 0, 0);
        Batch batch = new Press(Compression.lz4().build(), true, buffers).press(collected, 1);
        batch.stamp(PRODUCER, 5);

        assertThat(batch.memoryRecords()).isEqualTo(batch.memoryRecords());
        assertThat(batch.memoryRecords().buffer()).isNotSameAs(batch.memoryRecords().buffer());
    }

    private boolean add(
            RecordBuffer collected, long timestamp, String value, long spanStart, int flags) {
        long spanEnd = spanStart + value.length() + 1;
        headers.clear();
        headers.span(PREFIX, spanStart, spanEnd);
        List<String> expectedHeaders = new ArrayList<>();
        expectedHeaders.add("moor.span=" + new String(PREFIX, UTF_8) + spanStart + "-" + spanEnd);
        byte[] flagText = LogHeaders.flags(flags);
        if (flagText != null) {
            headers.add("moor.flags".getBytes(UTF_8), flagText);
            expectedHeaders.add("moor.flags=" + new String(flagText, UTF_8));
        }
        if (flags == 15) {
            String many = "0-9:drop,".repeat(200);
            headers.add("moor.skipped".getBytes(UTF_8), many.getBytes(UTF_8));
            expectedHeaders.add("moor.skipped=" + many);
        }
        // Not at the start of its buffer.
        byte[] block = ("<" + value + ">").getBytes(UTF_8);
        boolean added = collected.add(timestamp, KEY, block, 1, block.length - 1, headers);
        if (added) {
            expected.add(new Expected(timestamp, new String(KEY, UTF_8), value, expectedHeaders));
        }
        return added;
    }

    /** As a broker receives it. */
    private static RecordBatch read(Batch batch) {
        MemoryRecords records = batch.memoryRecords();
        assertThat(records.sizeInBytes()).isEqualTo(batch.length());
        assertThat(records.firstBatchSize()).isEqualTo(batch.length());
        List<MutableRecordBatch> batches = new ArrayList<>();
        records.batches().forEach(batches::add);
        assertThat(batches).hasSize(1);
        batches.getFirst().ensureValid();
        return batches.getFirst();
    }

    private static List<Expected> records(RecordBatch batch) {
        List<Expected> records = new ArrayList<>();
        int offset = 0;
        for (Record record : batch) {
            record.ensureValid();
            assertThat(record.offset()).isEqualTo(offset++);
            records.add(
                    new Expected(
                            record.timestamp(),
                            new String(bytes(record.key()), UTF_8),
                            record.hasValue() ? new String(bytes(record.value()), UTF_8) : null,
                            Arrays.stream(record.headers())
                                    .map(header ->
                                            header.key() + "=" + new String(header.value(), UTF_8))
                                    .toList()));
        }
        return records;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
