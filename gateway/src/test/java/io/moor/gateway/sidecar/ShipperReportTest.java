package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.protocol.ObservedShipper;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.FileState;
import io.moor.shipper.ShipperStatus.FileStatus;
import io.moor.shipper.ShipperStatus.SourceStatus;
import io.moor.shipper.ShipperStatus.State;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;

class ShipperReportTest {

    private static ObservedShipper of(String waitingFor, int files, String problem) {
        return ShipperReport.of(
                new ShipperStatus(
                        "o",
                        State.RUNNING,
                        "exactly-once",
                        waitingFor,
                        List.of(new SourceStatus("app", "t", 1, 2, 3, 4, 5, 6, 7, 8, 9)),
                        List.of(),
                        Collections.nCopies(
                                files,
                                new FileStatus(
                                        "app", "s", "/f", "id", FileState.DELETED, 1, 2, 3, 4)),
                        List.of(problem)));
    }

    @Test
    void saysWhatTheStatusSays() {
        assertThat(of("Kafka: away", 1, "p"))
                .isEqualTo(
                        new ObservedShipper(
                                "o",
                                "RUNNING",
                                "exactly-once",
                                "Kafka: away",
                                List.of(
                                        new ObservedShipper.Source(
                                                "app", "t", 1, 2, 3, 4, 5, 6, 7, 8, 9)),
                                List.of(
                                        new ObservedShipper.File(
                                                "app", "/f", "id", "DELETED", 1, 2, 3, 4)),
                                List.of("p")));
    }

    /** The gateway refuses more, and a refused report is a lost lease. */
    @Test
    void isNeverMoreThanTheGatewayTakes() {
        var report = of("w".repeat(9_000), 100, "p".repeat(9_000));

        assertThat(report.waitingFor()).hasSize(2_048);
        assertThat(report.problems().getFirst()).hasSize(2_048);
        assertThat(report.files()).hasSize(20);
    }
}
