package io.moor.shipper.cli;

/** How a Moor program ends; scripts rely on it (design section 5). */
public enum ExitCode {
    /** Everything asked for was done. */
    DONE(0),
    /** It failed. */
    FAILED(1),
    /** The command line or the configuration is wrong; nothing was done. */
    USAGE(2),
    /** Something is left on this machine, a proof did not hold, or an import left something out. */
    NOT_EXTERNALIZED(3);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the process returns. */
    public int number() {
        return number;
    }
}
