package io.moor.shipper.cli;

import io.moor.shipper.DrainReport;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.SourceStatus;
import io.moor.shipper.ShipperStatus.State;

import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Shows how far a run to the end of the files, or a drain, has come. A shipper that follows files
 * has no end to come to and is silent.
 */
final class ShipProgress {

    private static final long LOOK_MS = 200;

    /** While a shipper follows, which is as good as always: whether it drains. */
    private static final long LOOK_SELDOM_MS = 1_000;

    private ShipProgress() {}

    /**
     * Waits for the end of a shipper.
     *
     * @param ended its end
     * @param now its status
     * @param untilEof whether it ends by itself
     */
    static DrainReport await(
            Future<DrainReport> ended,
            Supplier<ShipperStatus> now,
            boolean untilEof,
            Progress progress)
            throws InterruptedException, ExecutionException {
        boolean isMoving = untilEof;
        while (true) {
            try {
                return progress.isShown()
                        ? ended.get(isMoving ? LOOK_MS : LOOK_SELDOM_MS, TimeUnit.MILLISECONDS)
                        : ended.get();
            } catch (TimeoutException goesOn) {
                ShipperStatus status = now.get();
                isMoving = untilEof || status.state() == State.DRAINING;
                if (isMoving) {
                    progress.update(text(status));
                }
            }
        }
    }

    static String text(ShipperStatus status) {
        long lines = 0;
        long behind = 0;
        for (SourceStatus source : status.sources()) {
            lines += source.committedLines();
            behind += source.behindBytes();
        }
        return String.format(
                Locale.ROOT,
                "%s: %d lines committed, %d bytes to go%s",
                status.state() == State.DRAINING ? "draining" : "shipping",
                lines,
                behind,
                status.waitingFor().isEmpty() ? "" : "; waiting for " + status.waitingFor());
    }
}
