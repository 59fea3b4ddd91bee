package io.moor.gateway.sidecar;

import io.moor.shipper.config.Default;

import java.time.Duration;
import java.util.List;

/**
 * The application of this instance, as far as a drain has to know it.
 *
 * @param stop command that returns when the application has ended and closed its files; run on a
 *     drain before logs are finished and volumes unmounted
 * @param timeout when to give up on the command
 */
public record WorkloadConfig(List<String> stop, @Default("30s") Duration timeout) {

    public WorkloadConfig {
        if (stop.isEmpty() || stop.getFirst().isEmpty()) {
            throw new IllegalArgumentException(
                    "'stop' is a command and its arguments, like [systemctl, stop, app]");
        }
        if (timeout.isZero()) {
            throw new IllegalArgumentException("'timeout' is longer than nothing");
        }
    }
}
