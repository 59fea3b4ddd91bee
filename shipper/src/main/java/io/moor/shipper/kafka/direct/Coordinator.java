package io.moor.shipper.kafka.direct;

import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.apache.kafka.common.requests.FindCoordinatorRequest.NoBatchedFindCoordinatorsException;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Consumer;

/**
 * Puts one question after the other to the broker that coordinates our transactions, wherever it is
 * now; without transactions to any broker. A question stays until it is answered for good. Used by
 * one thread.
 */
final class Coordinator {

    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

    private final Brokers brokers;
    private final Settings settings;
    private final Consumer<KafkaException> broken;
    private @Nullable Node node;
    private @Nullable TransactionCall call;
    private boolean waiting;
    private boolean batched = true;
    private int attempts;
    private long notBeforeMs;

    /**
     * @param broken takes what makes the producer useless
     */
    Coordinator(Brokers brokers, Settings settings, Consumer<KafkaException> broken) {
        this.brokers = brokers;
        this.settings = settings;
        this.broken = broken;
    }

    /** Whether no question is open. */
    boolean isIdle() {
        return call == null;
    }

    /** Puts a question; only when it is idle. */
    void ask(TransactionCall question) {
        if (call != null) {
            throw new IllegalStateException(question + " while " + call + " is open");
        }
        call = question;
        attempts = 0;
        notBeforeMs = 0;
    }

    /**
     * Sends what is to be sent now.
     *
     * @return milliseconds until there may be more to do without an answer
     */
    long work(long nowMs) {
        TransactionCall open = call;
        if (open == null || waiting) {
            return Long.MAX_VALUE;
        }
        if (nowMs < notBeforeMs) {
            return notBeforeMs - nowMs;
        }
        if (settings.transactionalId() != null && node == null) {
            return toAny(open, findCoordinator(), nowMs);
        }
        Node target = settings.transactionalId() == null ? brokers.any(nowMs) : node;
        if (target == null) {
            return noBroker();
        }
        return to(open, target, open.request(), nowMs);
    }

    private long toAny(TransactionCall asked, AbstractRequest.Builder<?> request, long nowMs) {
        Node any = brokers.any(nowMs);
        return any == null ? noBroker() : to(asked, any, request, nowMs);
    }

    private long noBroker() {
        brokers.topics().requestUpdate(false);
        return settings.retryBackoffMs();
    }

    private long to(
            TransactionCall asked, Node target, AbstractRequest.Builder<?> request, long nowMs) {
        if (brokers.isReady(target, nowMs)) {
            waiting = true;
            attempts++;
            brokers.send(target, request, nowMs, response -> answered(asked, response));
            return Long.MAX_VALUE;
        }
        AuthenticationException refusal = brokers.refusal(target);
        if (refusal != null) {
            fail(refusal);
            return Long.MAX_VALUE;
        }
        if (brokers.hasFailed(target)) {
            node = null;
            brokers.topics().requestUpdate(false);
            later(nowMs, settings.retryBackoffMs());
            return notBeforeMs - nowMs;
        }
        return Math.max(1, brokers.delayMs(target, nowMs));
    }

    private void answered(TransactionCall asked, ClientResponse response) {
        waiting = false;
        if (!asked.equals(call)) {
            return;
        }
        long nowMs = response.receivedTimeMs();
        try {
            if (response.versionMismatch() instanceof NoBatchedFindCoordinatorsException) {
                batched = false;
            } else if (response.versionMismatch() != null) {
                throw response.versionMismatch();
            } else if (response.wasDisconnected()) {
                LOG.atDebug()
                        .addKeyValue("node", response.destination())
                        .log("disconnected from the coordinator");
                node = null;
                later(nowMs, settings.retryBackoffMs());
            } else if (response.responseBody() instanceof FindCoordinatorResponse found) {
                found(found, nowMs);
            } else {
                proceed(asked, response.responseBody(), nowMs);
            }
        } catch (KafkaException e) {
            fail(e);
        }
    }

    private void proceed(TransactionCall asked, AbstractResponse response, long nowMs) {
        switch (asked.answered(response)) {
            case DONE -> {
                // Unless the answer led to another question.
                if (asked.equals(call)) {
                    call = null;
                }
            }
            case AGAIN -> later(nowMs, settings.retryBackoffMs());
            case AGAIN_SOON -> later(nowMs, settings.soonMs(attempts));
            case ELSEWHERE -> {
                node = null;
                later(nowMs, settings.retryBackoffMs());
            }
        }
    }

    private void fail(KafkaException failure) {
        call = null;
        broken.accept(failure);
    }

    private void later(long nowMs, long millis) {
        notBeforeMs = nowMs + millis;
    }

    private FindCoordinatorRequest.Builder findCoordinator() {
        FindCoordinatorRequestData data =
                new FindCoordinatorRequestData().setKeyType(CoordinatorType.TRANSACTION.id());
        String id = String.valueOf(settings.transactionalId());
        // Brokers before 3.0 are asked for one.
        return new FindCoordinatorRequest.Builder(
                batched ? data.setCoordinatorKeys(List.of(id)) : data.setKey(id));
    }

    private void found(FindCoordinatorResponse response, long nowMs) {
        FindCoordinatorResponseData.Coordinator coordinator = response.coordinators().getFirst();
        Errors error = Errors.forCode(coordinator.errorCode());
        if (error == Errors.NONE) {
            node = new Node(coordinator.nodeId(), coordinator.host(), coordinator.port());
        } else if (error.exception() instanceof RetriableException) {
            later(nowMs, settings.retryBackoffMs());
        } else {
            throw error.exception();
        }
    }
}
