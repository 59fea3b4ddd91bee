package io.moor.shipper.spool;

import java.io.IOException;

/** Nothing more is taken into a spool: its time is up. */
public final class SpoolStopped extends IOException {

    private static final long serialVersionUID = 1;

    SpoolStopped() {
        super("the spool takes nothing more");
    }
}
