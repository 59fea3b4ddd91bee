package io.moor.shipper.kafka.direct;

import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;

/** What an answer to a batch means. Pure. */
enum ProduceVerdict {
    /** The batch is in the log, once. */
    ACKNOWLEDGED,
    /** It is to be sent again in the same place. */
    AGAIN,
    /** It never will be; the error tells why. */
    FAILED;

    /**
     * @param first whether every batch before this one is acknowledged: if not, that the broker
     *     misses one is no news
     */
    static ProduceVerdict of(Errors error, boolean first) {
        return switch (error) {
            case NONE, DUPLICATE_SEQUENCE_NUMBER -> ACKNOWLEDGED;
            case OUT_OF_ORDER_SEQUENCE_NUMBER, UNKNOWN_PRODUCER_ID -> first ? FAILED : AGAIN;
            default -> error.exception() instanceof RetriableException ? AGAIN : FAILED;
        };
    }
}
