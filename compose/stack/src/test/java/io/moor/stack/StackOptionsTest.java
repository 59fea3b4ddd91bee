package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

class StackOptionsTest {

    @Test
    void takesFreePortsUnlessTold() {
        Path directory = Path.of("/var/lib/stack");
        assertThat(StackOptions.in(directory)).isEqualTo(new StackOptions(directory, 0, 0, 0));
        assertThat(StackOptions.in(directory).withKafkaPort(1).withPostgresPort(2).withS3Port(3))
                .isEqualTo(new StackOptions(directory, 1, 2, 3));
    }

    @Test
    void refusesImpossiblePorts() {
        StackOptions options = StackOptions.in(Path.of("stack"));
        assertThatThrownBy(() -> options.withS3Port(65_536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--s3-port takes 1 to 65535, or 0 for a free port, not 65536");
        assertThatThrownBy(() -> options.withPostgresPort(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
