package io.moor.shipper.cli;

/** Whoever read our output has gone ({@code moor … | head}): end quietly. */
final class ClosedOutput extends RuntimeException {

    ClosedOutput() {
        super("standard output is closed", null, false, false);
    }
}
