package io.moor.shipper.kafka;

import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.internals.ProducerInterceptors;
import org.apache.kafka.clients.producer.internals.ProducerMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.ClusterResourceListeners;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a producer knows about topics, asked for without creating them. KafkaProducer always allows
 * the broker to create a topic that it asks for, so that a deleted one comes back at its next look,
 * and has no property against it; its constructor that takes the metadata is not public.
 */
public final class ExistingTopics extends ProducerMetadata implements KnownTopics {

    /** Knows nothing yet. */
    public ExistingTopics(ProducerConfig config) {
        super(
                config.getLong(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
                config.getLong(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG),
                config.getLong(ProducerConfig.METADATA_MAX_AGE_CONFIG),
                config.getLong(ProducerConfig.METADATA_MAX_IDLE_CONFIG),
                new LogContext(),
                new ClusterResourceListeners());
    }

    /**
     * A producer that never makes a topic.
     *
     * @param topics what it knows about them now
     */
    record Opened(Producer<byte[], byte[]> producer, KnownTopics topics) {}

    @Override
    public boolean knows(String topic, int partition) {
        Integer partitions = fetch().partitionCountForTopic(topic);
        return partitions != null && partition < partitions;
    }

    @Override
    public Uuid id(String topic) {
        return topicIds().getOrDefault(topic, Uuid.ZERO_UUID);
    }

    @Override
    public void refresh() {
        requestUpdate(false);
    }

    /** The configuration of a producer. */
    public static ProducerConfig config(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return new ProducerConfig(all);
    }

    /** Makes a producer. */
    static Opened open(Map<String, Object> properties) {
        ProducerConfig config = config(properties);
        ExistingTopics topics = new ExistingTopics(config);
        ClientUtils.maybeBootstrapMetadataSynchronously(
                config, config.getList(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG), topics);
        try {
            return new Opened(
                    constructor()
                            .newInstance(
                                    config,
                                    new ByteArraySerializer(),
                                    new ByteArraySerializer(),
                                    topics,
                                    null,
                                    null,
                                    new ApiVersions(),
                                    Time.SYSTEM),
                    topics);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException("cannot make a producer", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new KafkaException("this version of kafka-clients is not known", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Constructor<KafkaProducer<byte[], byte[]>> constructor()
            throws ReflectiveOperationException {
        Constructor<?> constructor =
                KafkaProducer.class.getDeclaredConstructor(
                        ProducerConfig.class,
                        Serializer.class,
                        Serializer.class,
                        ProducerMetadata.class,
                        KafkaClient.class,
                        ProducerInterceptors.class,
                        ApiVersions.class,
                        Time.class);
        constructor.setAccessible(true);
        return (Constructor<KafkaProducer<byte[], byte[]>>) constructor;
    }

    @Override
    public synchronized MetadataRequest.Builder newMetadataRequestBuilder() {
        return onlyExisting(super.newMetadataRequestBuilder());
    }

    @Override
    public synchronized MetadataRequest.Builder newMetadataRequestBuilderForNewTopics() {
        return onlyExisting(super.newMetadataRequestBuilderForNewTopics());
    }

    private static MetadataRequest.Builder onlyExisting(MetadataRequest.Builder asked) {
        return MetadataRequest.Builder.forTopicNames(asked.topics(), false);
    }
}
