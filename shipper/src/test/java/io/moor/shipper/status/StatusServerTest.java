package io.moor.shipper.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.FileState;
import io.moor.shipper.ShipperStatus.FileStatus;
import io.moor.shipper.ShipperStatus.SourceStatus;
import io.moor.shipper.ShipperStatus.State;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

class StatusServerTest {

    private static final SourceStatus SOURCE =
            new SourceStatus("app", "logs.web", 2, 3, 40, 500, 60, 7_500, 1, 80, 0);

    private final HttpClient client = HttpClient.newHttpClient();
    private volatile List<ShipperStatus> shippers = List.of();
    private StatusServer server;

    @BeforeEach
    void start() throws IOException {
        shippers = List.of(status(State.RUNNING, List.of(file("/var/log/a.log"))));
        server =
                StatusServer.start(
                        StatusAddress.parse("0"),
                        () -> shippers,
                        all -> "{\"n\":" + all.size() + "}");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static ShipperStatus status(State state, List<FileStatus> files) {
        return new ShipperStatus(
                "disk-1", state, "exactly-once", "", List.of(SOURCE), List.of(), files, List.of());
    }

    private static FileStatus file(String path) {
        return new FileStatus(
                "app", "s", path, "0123456789abcdef", FileState.READING, 100, 40, 60, 7_500);
    }

    private HttpResponse<String> call(String method, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void servesTheDocumentAndNothingElse() throws Exception {
        assertThat(call("GET", "/status").body()).isEqualTo("{\"n\":1}");
        assertThat(call("GET", "/status").headers().firstValue("Content-Type"))
                .contains("application/json");
        assertThat(call("HEAD", "/status").statusCode()).isEqualTo(200);
        assertThat(call("POST", "/status").statusCode()).isEqualTo(405);
        assertThat(call("GET", "/status/x").statusCode()).isEqualTo(404);
        assertThat(call("GET", "/").statusCode()).isEqualTo(404);
    }

    @Test
    void servesMetricsOfEverySourceAndOfFilesThatAreBehind() throws Exception {
        String metrics = call("GET", "/metrics").body();

        assertThat(metrics.lines())
                .contains(
                        "moor_shipper_behind_bytes{origin=\"disk-1\",source=\"app\",topic=\"logs.web\"}"
                            + " 60.0",
                        "moor_shipper_oldest_unshipped_seconds{origin=\"disk-1\",source=\"app\","
                                + "topic=\"logs.web\"} 7.5",
                        "moor_shipper_pinned_files{origin=\"disk-1\",source=\"app\",topic=\"logs.web\"}"
                            + " 1.0",
                        "moor_shipper_pinned_bytes{origin=\"disk-1\",source=\"app\",topic=\"logs.web\"}"
                            + " 80.0",
                        "moor_shipper_committed_lines{origin=\"disk-1\",source=\"app\","
                                + "topic=\"logs.web\"} 40.0",
                        "moor_shipper_waiting{origin=\"disk-1\"} 0.0",
                        "moor_shipper_state{delivery=\"exactly-once\",origin=\"disk-1\","
                                + "state=\"RUNNING\"} 1.0",
                        "moor_shipper_file_behind_bytes{file=\"/var/log/a.log\",file_id=\"0123456789abcdef\",origin=\"disk-1\",source=\"app\"}"
                            + " 60.0");
    }

    /** A file that has caught up has no series any more, and a state that is over neither. */
    @Test
    void forgetsSeriesThatAreOver() throws Exception {
        call("GET", "/metrics");
        shippers = List.of(status(State.DRAINING, List.of()));

        assertThat(call("GET", "/metrics").body())
                .doesNotContain("moor_shipper_file_behind_bytes{", "RUNNING")
                .contains("DRAINING");
        shippers = List.of();
        assertThat(call("GET", "/metrics").body()).doesNotContain("disk-1");
    }

    @Test
    void isHealthyUntilAShipperFailed() throws Exception {
        assertThat(call("GET", "/healthz").statusCode()).isEqualTo(200);
        shippers = List.of(status(State.FENCED, List.of()));

        assertThat(call("GET", "/healthz").statusCode()).isEqualTo(503);
        assertThat(call("GET", "/healthz").body()).isEqualTo("disk-1 FENCED\n");
    }

    @Test
    void saysThatAPortIsInUse() {
        StatusAddress taken = StatusAddress.parse(String.valueOf(server.port()));

        assertThatThrownBy(() -> StatusServer.start(taken, List::of, _ -> ""))
                .isInstanceOf(IOException.class);
    }

    @Test
    void listensOnLoopbackUnlessAHostIsNamed() {
        assertThat(StatusAddress.parse("9300")).hasToString("127.0.0.1:9300");
        assertThat(StatusAddress.parse(":9300")).hasToString("127.0.0.1:9300");
        assertThat(StatusAddress.parse("0.0.0.0:9300")).hasToString("0.0.0.0:9300");
    }
}
