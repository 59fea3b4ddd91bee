package io.moor.shipper.kafka.direct;

import io.moor.shipper.kafka.ExistingTopics;

import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.RequestCompletionHandler;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.common.utils.internals.LogContext;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Connections to brokers, made by kafka-clients from the same properties as those of KafkaProducer:
 * security, timeouts, backoff, throttling. {@link #wakeup} is for every thread, the rest for one.
 */
final class Brokers {

    private static final String METRICS = "moor-direct-sink";

    private final Metrics metrics = new Metrics();
    private final ApiVersions versions = new ApiVersions();
    private final KafkaClient client;
    private final ExistingTopics topics;
    private final int requestTimeoutMs;
    private boolean closed;

    Brokers(ProducerConfig config, Settings settings) {
        this.topics = new ExistingTopics(config);
        this.requestTimeoutMs = settings.requestTimeoutMs();
        List<String> servers = config.getList(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
        ClientUtils.maybeBootstrapMetadataSynchronously(config, servers, topics);
        this.client =
                ClientUtils.createNetworkClient(
                        config,
                        servers,
                        metrics,
                        METRICS,
                        new LogContext(),
                        versions,
                        Time.SYSTEM,
                        settings.inFlight(),
                        topics,
                        null,
                        null);
    }

    /** What is known of topics; for every thread. */
    ExistingTopics topics() {
        return topics;
    }

    /**
     * The version of Kafka's transaction protocol, as the cluster has agreed on; 0 is the first.
     */
    int transactionVersion() {
        Short version =
                versions.getFinalizedFeaturesInfo().finalizedFeatures.get("transaction.version");
        return version == null ? 0 : version;
    }

    /** Whether a request may be sent to a broker now; connects when it is not connected. */
    boolean isReady(Node node, long nowMs) {
        return client.ready(node, nowMs);
    }

    /** Whether the connection was lost or refused, and is not tried again yet. */
    boolean hasFailed(Node node) {
        return client.connectionFailed(node);
    }

    /** Why a broker does not let us in; null when it does or did not say. */
    @Nullable AuthenticationException refusal(Node node) {
        return client.authenticationException(node);
    }

    /** Milliseconds until a broker that is not ready is worth a look. */
    long delayMs(Node node, long nowMs) {
        return client.pollDelayMs(node, nowMs);
    }

    /** Some broker; null when none can be tried now. */
    @Nullable Node any(long nowMs) {
        return client.leastLoadedNode(nowMs).node();
    }

    /** Sends a request to a broker that is ready; the answer comes in {@link #poll}. */
    void send(
            Node node,
            AbstractRequest.Builder<?> request,
            long nowMs,
            RequestCompletionHandler answer) {
        client.send(
                client.newClientRequest(
                        node.idString(), request, nowMs, true, requestTimeoutMs, answer),
                nowMs);
    }

    /** Moves bytes and gives answers away; waits when there is nothing to do. */
    void poll(long millis, long nowMs) {
        client.poll(millis, nowMs);
    }

    /** Ends a wait in {@link #poll}. */
    synchronized void wakeup() {
        if (!closed) {
            client.wakeup();
        }
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        topics.close();
        Utils.closeQuietly(client, "network client");
        metrics.close();
    }
}
