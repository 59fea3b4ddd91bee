package io.moor.shipper.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.kafka.KafkaFailure;

import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What errors of Kafka mean for a batch and for a question to the coordinator. */
class VerdictTest {

    @ParameterizedTest
    @CsvSource({
        "NONE, ACKNOWLEDGED",
        "DUPLICATE_SEQUENCE_NUMBER, ACKNOWLEDGED",
        "NOT_LEADER_OR_FOLLOWER, AGAIN",
        "UNKNOWN_TOPIC_OR_PARTITION, AGAIN",
        "UNKNOWN_TOPIC_ID, AGAIN",
        "NOT_ENOUGH_REPLICAS, AGAIN",
        "NOT_ENOUGH_REPLICAS_AFTER_APPEND, AGAIN",
        "NETWORK_EXCEPTION, AGAIN",
        "REQUEST_TIMED_OUT, AGAIN",
        "CONCURRENT_TRANSACTIONS, AGAIN",
        "KAFKA_STORAGE_ERROR, AGAIN",
        "OUT_OF_ORDER_SEQUENCE_NUMBER, FAILED",
        "UNKNOWN_PRODUCER_ID, FAILED",
        "INVALID_PRODUCER_EPOCH, FAILED",
        "PRODUCER_FENCED, FAILED",
        "INVALID_TXN_STATE, FAILED",
        "TRANSACTION_ABORTABLE, FAILED",
        "MESSAGE_TOO_LARGE, FAILED",
        "TOPIC_AUTHORIZATION_FAILED, FAILED",
        "UNSUPPORTED_VERSION, FAILED"
    })
    void ofABatch(Errors error, ProduceVerdict verdict) {
        assertThat(ProduceVerdict.of(error, true)).isEqualTo(verdict);
    }

    /** The one before it failed and comes again. */
    @ParameterizedTest
    @EnumSource(names = {"OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID"})
    void aGapBeforeABatchIsNoNewsWhenThereIsOne(Errors error) {
        assertThat(ProduceVerdict.of(error, false)).isEqualTo(ProduceVerdict.AGAIN);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, DONE",
        "NOT_COORDINATOR, ELSEWHERE",
        "COORDINATOR_NOT_AVAILABLE, ELSEWHERE",
        "COORDINATOR_LOAD_IN_PROGRESS, AGAIN",
        "CONCURRENT_TRANSACTIONS, AGAIN_SOON",
        "UNKNOWN_TOPIC_OR_PARTITION, AGAIN",
        "REQUEST_TIMED_OUT, AGAIN"
    })
    void ofAQuestion(Errors error, TransactionCall.Next next) {
        assertThat(TransactionCall.next(error)).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_PRODUCER_EPOCH, FENCED",
        "PRODUCER_FENCED, FENCED",
        "TRANSACTION_ABORTABLE, ABORT",
        "INVALID_TXN_STATE, REBUILD",
        "INVALID_PRODUCER_ID_MAPPING, REBUILD",
        "UNKNOWN_PRODUCER_ID, REBUILD",
        "TRANSACTIONAL_ID_AUTHORIZATION_FAILED, REFUSED",
        "INVALID_TRANSACTION_TIMEOUT, FATAL"
    })
    void aQuestionThatFails(Errors error, KafkaFailure failure) {
        assertThatThrownBy(() -> TransactionCall.next(error))
                .satisfies(e -> assertThat(KafkaFailure.of(e)).isEqualTo(failure));
    }

    @Test
    void oldCoordinatorsSayFencedInTheirOwnWords() {
        assertThatThrownBy(() -> TransactionCall.next(Errors.INVALID_PRODUCER_EPOCH))
                .isInstanceOf(ProducerFencedException.class);
    }
}
