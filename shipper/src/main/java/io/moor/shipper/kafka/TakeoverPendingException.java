package io.moor.shipper.kafka;

import org.apache.kafka.common.errors.RetriableException;

/**
 * Another shipper has fenced this one, or may have, and has not claimed the origin yet: it may
 * still fail to.
 */
public final class TakeoverPendingException extends RetriableException {

    public TakeoverPendingException(String message) {
        super(message);
    }
}
