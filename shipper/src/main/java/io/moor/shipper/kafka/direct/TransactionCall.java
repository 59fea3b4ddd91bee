package io.moor.shipper.kafka.direct;

import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/** One question to the transaction coordinator, asked until there is an answer. */
interface TransactionCall {

    /** How it goes on after an answer. */
    enum Next {
        DONE,
        AGAIN,
        /** The last transaction is still being completed, which takes milliseconds. */
        AGAIN_SOON,
        /** Another broker is the coordinator now. */
        ELSEWHERE
    }

    /** The request; made for each attempt. */
    AbstractRequest.Builder<?> request();

    /**
     * Takes an answer.
     *
     * @throws org.apache.kafka.common.KafkaException when it will never be done
     */
    Next answered(AbstractResponse response);

    /** What an error of any of these calls means, the errors of one call apart. Pure. */
    static Next next(Errors error) {
        return switch (error) {
            case NONE -> Next.DONE;
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE -> Next.ELSEWHERE;
            case CONCURRENT_TRANSACTIONS -> Next.AGAIN_SOON;
            // Old coordinators say the one, newer ones the other.
            case INVALID_PRODUCER_EPOCH, PRODUCER_FENCED ->
                    throw Errors.PRODUCER_FENCED.exception();
            default -> {
                if (error.exception() instanceof RetriableException) {
                    yield Next.AGAIN;
                }
                throw error.exception();
            }
        };
    }
}
