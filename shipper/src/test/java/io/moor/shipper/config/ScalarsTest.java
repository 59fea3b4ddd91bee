package io.moor.shipper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class ScalarsTest {

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "17,17",
        "17B,17",
        "1KiB,1024",
        "1MiB,1048576",
        "2 GiB,2147483648",
        "1TiB,1099511627776",
        "5kB,5000",
        "5MB,5000000"
    })
    void readsSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5MiB", "MiB", "1mib", "9999999999TiB", "1 000"})
    void refusesOtherSizes(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0,0B", "1023,1023B", "1048576,1MiB", "1572864,1.5MiB", "3221225472,3GiB"})
    void printsSizesForPeople(long bytes, String text) {
        assertThat(new ByteSize(bytes)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "100s,PT100S", "5m,PT5M", "1h,PT1H", "2d,PT48H"})
    void readsDurations(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "-5s", "1.5s", "5 s", "5 minutes", "9999999999999s"})
    void refusesOtherDurations(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:80", "[::1]:0", "10.0.0.1:65535"})
    void readsHostPorts(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", ":80", "::1:80", "a:b", "a:70000", "a:-1"})
    void refusesOtherHostPorts(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text));
    }

    @Test
    void secretsDoNotPrint() {
        assertThat(Secret.parse("x").toString()).isEqualTo("***");
    }
}
