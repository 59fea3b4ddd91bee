package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DrainOutcome;

import java.util.List;

/**
 * How far the drains of this incarnation got with the logs of one origin.
 *
 * @param origin id of the origin
 * @param streams every stream that was ever reported
 * @param unknown why the last attempt has no report; empty when it has one
 */
record OriginLogs(String origin, List<DrainOutcome.Stream> streams, String unknown) {
    OriginLogs {
        streams = List.copyOf(streams);
    }
}
