package io.moor.shipper.kafka;

import io.moor.shipper.stream.StreamKey;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.utils.Utils;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where the lines of a stream go. */
public final class StreamTarget {

    /** Two varints. */
    private static final int HEADER_OVERHEAD = 10;

    private final String topic;
    private final int partition;
    private final byte[] key;
    private final List<Header> headers;
    private final int headerBytes;

    /**
     * @param topic data topic
     * @param partition chosen once, so that a stream stays in one even when the topic gets more
     * @param headers of every record, beside Moor's own
     */
    public StreamTarget(String topic, int partition, StreamKey key, Map<String, String> headers) {
        this(
                topic,
                partition,
                key.bytes(),
                new TreeMap<>(headers)
                        .entrySet().stream()
                                .<Header>map(header ->
                                        new RecordHeader(
                                                header.getKey(),
                                                header.getValue().getBytes(StandardCharsets.UTF_8)))
                                .toList());
    }

    private StreamTarget(String topic, int partition, byte[] key, List<Header> headers) {
        this.topic = topic;
        this.partition = partition;
        this.key = key;
        this.headers = headers;
        this.headerBytes =
                headers.stream()
                        .mapToInt(header ->
                                HEADER_OVERHEAD
                                        + Utils.utf8Length(header.key())
                                        + header.value().length)
                        .sum();
    }

    /** Kafka's default partitioner on the key. */
    public static StreamTarget of(
            String topic, int partitions, StreamKey key, Map<String, String> headers) {
        return new StreamTarget(topic, partition(key.bytes(), partitions), key, headers);
    }

    /** The same in a topic that has other partitions now. */
    public StreamTarget among(int partitions) {
        return new StreamTarget(topic, partition(key, partitions), key, headers);
    }

    /** The partition that Kafka's default partitioner gives a record key. */
    public static int partition(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    public String topic() {
        return topic;
    }

    public int partition() {
        return partition;
    }

    /** Headers of every record, beside Moor's own; not to be changed. */
    public List<Header> headers() {
        return headers;
    }

    /** What they take in a record, generously. */
    int headerBytes() {
        return headerBytes;
    }

    /** The record key, UTF-8; shared by all records, not to be changed. */
    public byte[] key() {
        return key;
    }
}
