package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

class RotatedNamesTest {

    @ParameterizedTest
    @CsvSource({
        "app.log.1,true",
        "app.log.12,true",
        "app.log-20261121,true",
        "app.log.2026-11-21T07:00,true",
        "app-2026-11-21.log,true",
        "app.1.log,true",
        "app.log.old,true",
        "app.log,false",
        "app.log.1.gz,false",
        "app.log.lock,false",
        "apples.log.1,false",
        "app.log.tmp,false",
        "other.log,false",
        "app.logs,false"
    })
    void knowsWhatRotationMakesOfAName(String candidate, boolean rotated) {
        assertThat(
                        RotatedNames.isRotationOf(
                                Path.of("/var/log", candidate), Path.of("/var/log/app.log")))
                .isEqualTo(rotated);
    }
}
