package io.moor.gateway.sidecar;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs {@code workload.stop}. Its output goes to the sidecar's stderr. */
final class WorkloadStop {

    private static final long KILL_AFTER_MS = 500;

    private WorkloadStop() {}

    /**
     * @return what went wrong, in words; empty when the application has ended
     */
    static Optional<String> run(WorkloadConfig workload, Duration timeout)
            throws InterruptedException {
        var name = workload.stop().getFirst();
        try {
            var process =
                    new ProcessBuilder(workload.stop())
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                end(process);
                return Optional.of(
                        "the command to stop the workload ("
                                + name
                                + ") was not done after "
                                + timeout.toMillis()
                                + " ms and was ended");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of(
                            "the command to stop the workload ("
                                    + name
                                    + ") exited with "
                                    + process.exitValue());
        } catch (IOException e) {
            return Optional.of("the command to stop the workload could not run: " + e.getMessage());
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(KILL_AFTER_MS, TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
