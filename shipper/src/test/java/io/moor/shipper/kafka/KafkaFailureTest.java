package io.moor.shipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/** Kafka's categories (KIP-1050), and what each means here. */
class KafkaFailureTest {

    static Stream<Arguments> categories() {
        return Stream.of(
                Arguments.of(new TimeoutException("x"), KafkaFailure.RETRY),
                Arguments.of(new NotEnoughReplicasException("x"), KafkaFailure.RETRY),
                Arguments.of(new TransactionAbortableException("x"), KafkaFailure.ABORT),
                Arguments.of(new ProducerFencedException("x"), KafkaFailure.FENCED),
                Arguments.of(new InvalidProducerEpochException("x"), KafkaFailure.FENCED),
                Arguments.of(new TopicAuthorizationException("x"), KafkaFailure.REFUSED),
                Arguments.of(new TransactionalIdAuthorizationException("x"), KafkaFailure.REFUSED),
                Arguments.of(new InvalidTopicException("x"), KafkaFailure.FATAL),
                Arguments.of(new InvalidConfigurationException("x"), KafkaFailure.FATAL),
                Arguments.of(new InvalidRequiredAcksException("x"), KafkaFailure.FATAL),
                // What an operator changes while the shipper waits.
                Arguments.of(new UnsupportedVersionException("x"), KafkaFailure.REBUILD),
                Arguments.of(new UnsupportedForMessageFormatException("x"), KafkaFailure.REBUILD),
                Arguments.of(new RecordBatchTooLargeException("x"), KafkaFailure.REBUILD),
                Arguments.of(new InvalidTimestampException("x"), KafkaFailure.REBUILD),
                Arguments.of(new PolicyViolationException("x"), KafkaFailure.REBUILD),
                Arguments.of(new ClusterAuthorizationException("x"), KafkaFailure.REFUSED),
                Arguments.of(new SaslAuthenticationException("x"), KafkaFailure.REFUSED),
                Arguments.of(new SslAuthenticationException("x"), KafkaFailure.REFUSED),
                Arguments.of(new InvalidPidMappingException("x"), KafkaFailure.REBUILD),
                Arguments.of(new UnknownTopicIdException("x"), KafkaFailure.REBUILD),
                Arguments.of(new NotLeaderOrFollowerException("x"), KafkaFailure.RETRY),
                Arguments.of(new CoordinatorNotAvailableException("x"), KafkaFailure.RETRY),
                Arguments.of(new ConcurrentTransactionsException("x"), KafkaFailure.RETRY),
                Arguments.of(new DisconnectException("x"), KafkaFailure.RETRY),
                Arguments.of(new InvalidTxnTimeoutException("x"), KafkaFailure.FATAL),
                Arguments.of(new ConfigException("x"), KafkaFailure.FATAL),
                Arguments.of(new UnknownTopicOrPartitionException("x"), KafkaFailure.REBUILD),
                Arguments.of(new RecordTooLargeException("x"), KafkaFailure.REBUILD),
                Arguments.of(new OutOfOrderSequenceException("x"), KafkaFailure.REBUILD),
                Arguments.of(new InvalidTxnStateException("x"), KafkaFailure.REBUILD),
                Arguments.of(new KafkaException("x"), KafkaFailure.REBUILD));
    }

    @ParameterizedTest
    @MethodSource("categories")
    void isClassified(Exception failure, KafkaFailure kind) {
        assertThat(KafkaFailure.of(failure)).isEqualTo(kind);
        // The producer throws its own exception around the reason.
        assertThat(KafkaFailure.of(new KafkaException("in an error state", failure)))
                .isEqualTo(kind);
    }

    @Test
    void fencingIsSeenBehindEverythingElse() {
        assertThat(
                        KafkaFailure.of(
                                new KafkaException(
                                        new TransactionAbortableException(
                                                "x", new ProducerFencedException("y")))))
                .isEqualTo(KafkaFailure.FENCED);
    }
}
