package io.moor.shipper.kafka;

import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What a failure of a transactional producer means for the shipper, by Kafka's own categories
 * (KIP-1050).
 */
public enum KafkaFailure {
    /** The outcome is open and the same call may be repeated. */
    RETRY,
    /** The transaction is to be aborted; the producer stays good. */
    ABORT,
    /** The producer is spent: build another one, which decides the open transaction, and look. */
    REBUILD,
    /**
     * Another producer of the origin, or a timeout of the transaction: {@link LastProducer} tells.
     */
    FENCED,
    /** Rights are missing: waits for them, as for a broker. */
    REFUSED,
    /** Never works with this configuration. */
    FATAL;

    /** Classifies the innermost Kafka exception. */
    public static KafkaFailure of(Throwable failure) {
        Throwable cause = rootOf(failure);
        return switch (cause) {
            case ProducerFencedException _, InvalidProducerEpochException _ -> FENCED;
            case TransactionAbortableException _ -> ABORT;
            case ApplicationRecoverableException _ -> REBUILD;
            case AuthorizationException _, AuthenticationException _ -> REFUSED;
            // What an operator or the end of a rolling upgrade changes: a topic's limits or format,
            // a broker's version.
            case RecordBatchTooLargeException _,
                    UnsupportedForMessageFormatException _,
                    UnsupportedVersionException _ ->
                    REBUILD;
            // The cause is one of configuration, but a name may become known.
            case UnknownHostsException _ -> RETRY;
            case ConfigException _, InvalidTxnTimeoutException _ -> FATAL;
            // A name that no topic can have, acknowledgements that do not exist.
            case InvalidConfigurationException _ -> FATAL;
            case UnknownTopicOrPartitionException _, UnknownTopicIdException _ -> REBUILD;
            case RetriableException _ -> RETRY;
            default -> REBUILD;
        };
    }

    /** One line for people. */
    public static String describe(Throwable failure) {
        Throwable cause = rootOf(failure);
        String message = cause.getMessage();
        if (cause instanceof SaslAuthenticationException) {
            return "Kafka refused the login";
        }
        return message == null
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    /** The innermost of Kafka's own errors: wrappers only say that something else went wrong. */
    private static Throwable rootOf(Throwable failure) {
        Throwable found = failure;
        for (Throwable next = failure; next != null; next = next.getCause()) {
            if (next instanceof UnknownHostsException
                    || next instanceof ProducerFencedException
                    || next instanceof InvalidProducerEpochException) {
                return next;
            }
            if (next instanceof ApiException || next instanceof ConfigException) {
                found = next;
            }
        }
        return found;
    }
}
