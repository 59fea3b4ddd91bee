package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;

@ExtendWith(EmbeddedStackExtension.class)
class ShipCommandIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final String topic = "cli-" + UUID.randomUUID();

    @TempDir Path work;

    @Test
    void shipsVerifiesAndLists(StackEndpoints stack) throws IOException {
        Files.writeString(work.resolve("app.log"), "a\nb\n");

        assertThat(ship(stack.kafka(), "--until-eof", work + "/*.log")).isZero();
        assertThat(out.size()).isZero();
        assertThat(run("logs", "verify", "--kafka", stack.kafka(), "--topic", topic)).isZero();
        assertThat(
                        run(
                                "logs",
                                "verify",
                                "--kafka",
                                stack.kafka(),
                                "--topic",
                                topic,
                                "--output",
                                "json"))
                .isZero();
        assertThat(run("logs", "streams", "--kafka", stack.kafka(), "--topic", topic)).isZero();

        assertThat(text(out))
                .contains("STREAM", "EXPIRED", "\"lines\" : 2", "\"sealed\" : true", "BEHIND");
    }

    @Test
    void saysThatNothingMatchesAndSucceeds(StackEndpoints stack) throws IOException {
        assertThat(ship(stack.kafka(), "--until-eof", work + "/*.none")).isZero();
    }

    @Test
    void shipsSeveralSourcesOfAFileAndReportsInJson(StackEndpoints stack) throws IOException {
        Files.writeString(work.resolve("a.log"), "1\n2\n");
        Files.writeString(work.resolve("b.txt"), "3\n");
        Path config =
                Files.writeString(
                        work.resolve("ship.yaml"),
                        """
                        kafka: {bootstrap.servers: "%s"}
                        state: %s/state
                        instance: h
                        logs:
                          - {name: app, files: ["%s/*.log"], topic: "%s"}
                          - {name: txt, files: ["%s/*.txt"], topic: "%s-txt"}
                        """
                                .formatted(stack.kafka(), work, work, topic, work, topic));

        assertThat(run("ship", "--config", config.toString(), "--until-eof", "--output", "json"))
                .isZero();

        var document = new com.fasterxml.jackson.databind.ObjectMapper().readTree(text(out));
        assertThat(document.path("complete").asBoolean()).isTrue();
        assertThat(document.path("streams"))
                .extracting(stream -> stream.path("stream").asText())
                .allMatch(key -> key.startsWith("-/-/h/app/") || key.startsWith("-/-/h/txt/"))
                .hasSize(2);
        assertThat(document.at("/streams/0/unshipped").isArray()).isTrue();
        assertThat(run("logs", "verify", "--kafka", stack.kafka(), "--topic", topic + "-txt"))
                .isZero();
    }

    @Test
    void optionsMakeTheKeyAndLeaveFilesOut(StackEndpoints stack) throws IOException {
        Path file = Files.writeString(work.resolve("a.log"), "1\n").toRealPath();
        Files.writeString(work.resolve("b.log"), "2\n");

        assertThat(
                        ship(
                                stack.kafka(),
                                "--until-eof",
                                "--group",
                                "we/b",
                                "--instance",
                                "i-1",
                                "--source",
                                "app",
                                "--exclude",
                                "b.log",
                                "--compression",
                                "zstd",
                                "-X",
                                "client.id=me",
                                work + "/*.log"))
                .isZero();
        assertThat(
                        run(
                                "logs",
                                "streams",
                                "--kafka",
                                stack.kafka(),
                                "--topic",
                                topic,
                                "--output",
                                "json"))
                .isZero();

        assertThat(new com.fasterxml.jackson.databind.ObjectMapper().readTree(text(out)))
                .extracting(row -> row.path("stream").asText())
                .containsExactly("we%2Fb/-/i-1/app" + file);
    }

    /** The same origin goes on where it was, whatever the state directory. */
    @Test
    void anOriginGoesOnWithAnotherStateDirectory(StackEndpoints stack) throws IOException {
        Files.writeString(work.resolve("a.log"), "1\n");
        String[] first = {"--until-eof", "--origin", topic, work + "/*.log"};
        String[] second = {
            "--until-eof", "--origin", topic, "--state", work + "/other", work + "/*.log"
        };
        assertThat(ship(stack.kafka(), first)).isZero();

        assertThat(shipWithoutState(stack.kafka(), second)).isZero();

        assertThat(
                        run(
                                "logs",
                                "verify",
                                "--kafka",
                                stack.kafka(),
                                "--topic",
                                topic,
                                "--output",
                                "json"))
                .isZero();
        assertThat(text(out)).contains("\"lines\" : 1");
    }

    private int shipWithoutState(String kafka, String... more) {
        List<String> arguments =
                new java.util.ArrayList<>(List.of("ship", "--kafka", kafka, "--topic", topic));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    @Test
    void failsWhenTheStatusCannotBeServed(StackEndpoints stack) throws IOException {
        String port = stack.kafka().substring(stack.kafka().lastIndexOf(':') + 1);

        assertThat(ship(stack.kafka(), "--status", port, work + "/*.log")).isEqualTo(1);

        assertThat(text(err).lines())
                .singleElement()
                .asString()
                .contains("choose another --status");
    }

    @Test
    void failsInOneLineWhenKafkaIsNotThere() throws IOException {
        Instant before = Instant.now();

        assertThat(ship("127.0.0.1:1", "--until-eof", work + "/*.log")).isEqualTo(1);

        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(12));
        assertThat(text(err).lines()).singleElement().asString().contains("did not answer");
    }

    @Test
    void saysWhichHostIsNotKnownAndWhatToDo() throws IOException {
        assertThat(ship("kafka.invalid:9092", "--until-eof", work + "/*.log")).isEqualTo(1);

        assertThat(text(err).lines())
                .singleElement()
                .asString()
                .contains("no address is known for Kafka's host 'kafka.invalid'; check how");
    }

    /** The start, too, tells what it waits for. */
    @Test
    void theStatusSaysThatTheStartWaitsForKafka() throws Exception {
        int port = freePort();
        FutureTask<Integer> shipping =
                new FutureTask<>(() ->
                        ship(
                                "127.0.0.1:1",
                                "--until-eof",
                                "--status",
                                "127.0.0.1:" + port,
                                work + "/*.log"));
        Thread.ofPlatform().start(shipping);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/status"))
                            .build();
            Awaitility.await()
                    .ignoreExceptions()
                    .untilAsserted(() ->
                            assertThat(
                                            client.send(
                                                            request,
                                                            HttpResponse.BodyHandlers.ofString())
                                                    .body())
                                    .contains("\"state\" : \"STARTING\"")
                                    .contains("\"waitingFor\" : \"Kafka at 127.0.0.1:1 to answer"));
        }
        assertThat(shipping.get()).isEqualTo(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void refusesWrongUsage() throws IOException {
        assertThat(run("ship", "--topic", "t")).isEqualTo(2);
        assertThat(ship("nonsense", work + "/*.log")).isEqualTo(2);
        assertThat(ship("127.0.0.1:1", "--compression", "rar", work + "/*.log")).isEqualTo(2);
        assertThat(ship("127.0.0.1:1", work + "/[.log")).isEqualTo(2);
        assertThat(text(err)).doesNotContain("Exception", "\tat ");
    }

    @Test
    void reportsATopicThatDoesNotExist(StackEndpoints stack) {
        assertThat(run("logs", "verify", "--kafka", stack.kafka(), "--topic", topic)).isEqualTo(1);
        assertThat(text(err)).contains("does not exist");
    }

    @Test
    void showsKeyAndHeadersInKcat(StackEndpoints stack) throws Exception {
        assumeTrue(isOnPath("kcat"), "kcat is not installed: apt-get install kcat");
        Path file = Files.writeString(work.resolve("app.log"), "a\nb").toRealPath();
        assertThat(ship(stack.kafka(), "--until-eof", "--instance", "h", work + "/*.log")).isZero();

        Process kcat =
                new ProcessBuilder(
                                "kcat",
                                "-b",
                                stack.kafka(),
                                "-t",
                                topic,
                                "-C",
                                "-e",
                                "-q",
                                "-X",
                                "isolation.level=read_committed",
                                "-f",
                                "%k|%s|%h\\n")
                        .redirectErrorStream(true)
                        .start();
        List<String> lines =
                new String(kcat.getInputStream().readAllBytes(), UTF_8).lines().toList();

        assertThat(kcat.waitFor()).isZero();
        String key = "-/-/h/logs" + file;
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .matches("\\Q" + key + "\\E\\|a\\|moor\\.span=[0-9a-f]{16}:0-2");
        assertThat(lines.getLast())
                .matches(
                        "\\Q"
                                + key
                                + "\\E\\|b\\|moor\\.span=[0-9a-f]{16}:2-3,moor\\.flags=partial");
    }

    private int ship(String kafka, String... more) throws IOException {
        List<String> arguments =
                new java.util.ArrayList<>(
                        List.of(
                                "ship",
                                "--kafka",
                                kafka,
                                "--topic",
                                topic,
                                "--state",
                                work.resolve("state").toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new Root());
        return new Cli(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false)
                .execute(line, arguments);
    }

    @CommandLine.Command(
            name = "moor",
            subcommands = {ShipCommand.class, LogsCommand.class})
    private static final class Root {}

    private static boolean isOnPath(String program) {
        return java.util.Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(UTF_8);
    }
}
