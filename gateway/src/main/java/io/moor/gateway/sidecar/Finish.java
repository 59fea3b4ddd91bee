package io.moor.gateway.sidecar;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;

/** How the logs of one origin were finished. */
sealed interface Finish {

    Origin origin();

    /** The shipper reported, completely or not. */
    record Reported(DrainReport report) implements Finish {
        @Override
        public Origin origin() {
            return report.origin();
        }
    }

    /** There is no report: what is left is unknown. */
    record Unknown(Origin origin, String why) implements Finish {}
}
