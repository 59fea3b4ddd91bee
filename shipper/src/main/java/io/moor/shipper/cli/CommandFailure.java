package io.moor.shipper.cli;

/**
 * A command cannot do what was asked, and knows why. The message says what happened and what to do,
 * in one line (more lines are details); nobody sees a stack trace.
 */
public final class CommandFailure extends RuntimeException {

    private final ExitCode exitCode;

    public CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public CommandFailure(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
