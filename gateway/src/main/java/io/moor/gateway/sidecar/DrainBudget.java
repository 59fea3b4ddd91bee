package io.moor.gateway.sidecar;

import java.time.Duration;

/**
 * How a drain's time is shared: something is always left for the steps that come later, because an
 * unmounted, reported volume is worth more than a last attempt of an earlier step. Pure.
 *
 * @param workload for stopping the application
 * @param logsUntil logs are finished until then, counted from the start
 * @param volumesUntil volumes are given up then, counted from the start
 */
record DrainBudget(Duration workload, Duration logsUntil, Duration volumesUntil) {

    private static final Duration REPORT_MOST = Duration.ofSeconds(2);
    private static final Duration UNMOUNT_MOST = Duration.ofSeconds(10);

    static DrainBudget of(Duration timeout, Duration workloadTimeout) {
        var volumesUntil = timeout.minus(least(timeout.dividedBy(20), REPORT_MOST));
        var logsUntil = volumesUntil.minus(least(timeout.dividedBy(5), UNMOUNT_MOST));
        return new DrainBudget(
                least(workloadTimeout, logsUntil.multipliedBy(2).dividedBy(3)),
                logsUntil,
                volumesUntil);
    }

    private static Duration least(Duration left, Duration right) {
        return left.compareTo(right) <= 0 ? left : right;
    }
}
