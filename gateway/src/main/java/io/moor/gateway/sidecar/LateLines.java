package io.moor.gateway.sidecar;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The end of a drain on the instance's own disk: an application that nobody stopped may write after
 * the seals. What it wrote is shipped as well while there is time, which reopens the seals and
 * writes new ones; what is left then is told to the byte. So a drain never says that a disk is
 * empty which was written to after it was looked at.
 */
final class LateLines {

    private static final Logger LOG = LoggerFactory.getLogger(LateLines.class);

    /** Less is not enough to start a shipper and to seal. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    private final ShipperFleet fleet;
    private final Predicate<List<OriginLogs>> saved;

    /**
     * @param saved keeps how far the logs got, for a later drain of this incarnation
     */
    LateLines(ShipperFleet fleet, Predicate<List<OriginLogs>> saved) {
        this.fleet = fleet;
        this.saved = saved;
    }

    /**
     * @param finished what the drain finished so far
     * @param left the time that is left, at each moment
     * @return what it finished in the end
     */
    List<OriginLogs> ship(List<OriginLogs> finished, Supplier<Duration> left)
            throws InterruptedException {
        var now = finished;
        while (true) {
            var late = fleet.writtenSince();
            if (late.isEmpty()) {
                return now;
            }
            if (left.get().compareTo(LEAST) < 0) {
                return DrainReports.late(now, late);
            }
            LOG.atInfo()
                    .addKeyValue("origins", late.keySet())
                    .log("lines were written after the seals; they are shipped too");
            var finishes = fleet.finishAgain(late.keySet(), left.get());
            if (finishes.isEmpty()) {
                // The fleet has ended: nobody ships it any more.
                return DrainReports.late(now, late);
            }
            now = DrainReports.merge(finishes, now);
            if (!saved.test(now)) {
                LOG.warn("how far the logs got could not be written to the state directory");
            }
        }
    }
}
