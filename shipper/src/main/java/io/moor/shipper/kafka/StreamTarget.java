package io.moor.shipper.kafka;

import io.moor.shipper.stream.StreamKey;

import org.apache.kafka.common.utils.Utils;

/** Where the lines of a stream go. */
public final class StreamTarget {

    private final String topic;
    private final int partition;
    private final byte[] key;

    /**
     * @param topic data topic
     * @param partition chosen once, so that a stream stays in one even when the topic gets more
     */
    public StreamTarget(String topic, int partition, StreamKey key) {
        this.topic = topic;
        this.partition = partition;
        this.key = key.bytes();
    }

    /** Kafka's default partitioner on the key. */
    public static StreamTarget of(String topic, int partitions, StreamKey key) {
        return new StreamTarget(topic, partition(key.bytes(), partitions), key);
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

    /** The record key, UTF-8; shared by all records, not to be changed. */
    public byte[] key() {
        return key;
    }
}
