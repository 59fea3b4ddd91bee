package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** {@code moor logs fence} at its edges; what it does is in SeveralShippersIT and FencingIT. */
@ExtendWith(EmbeddedStackExtension.class)
class LogsFenceCommandIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsWhatItFenced(StackEndpoints stack) throws Exception {
        String origin = "nobody-" + UUID.randomUUID();

        assertThat(run("--kafka", stack.kafka(), "--origin", origin, "--output", "json")).isZero();

        JsonNode result = new ObjectMapper().readTree(out.toString(UTF_8));
        assertThat(result.path("origin").asText()).isEqualTo(origin);
        assertThat(result.path("transactionalId").asText()).isEqualTo("moor." + origin);
        // A wrong name must not look like a transaction that was ended.
        assertThat(result.path("fenced").asBoolean(true)).isFalse();
        assertThat(err.toString(UTF_8)).contains("no shipper of origin " + origin);
    }

    @Test
    void saysSoonThatKafkaIsNotThere() {
        Instant before = Instant.now();

        assertThat(run("--kafka", "127.0.0.1:1", "--origin", "o")).isEqualTo(1);

        // Without a limit of its own it is half a minute.
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .contains("Kafka at 127.0.0.1:1 did not answer; check the address");
    }

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "fence";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new Cli(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false)
                .execute(new CommandLine(new LogsCommand()), all);
    }
}
