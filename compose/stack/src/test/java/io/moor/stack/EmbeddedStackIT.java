package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The servers are real ones with the behaviour that Moor relies on. */
@ExtendWith(EmbeddedStackExtension.class)
class EmbeddedStackIT {

    private final StackEndpoints endpoints;
    private final Probe probe;

    EmbeddedStackIT(StackEndpoints endpoints) {
        this.endpoints = endpoints;
        this.probe = new Probe(endpoints);
    }

    @Test
    void postgresConfirmsCommitsFromTheDisk() throws Exception {
        try (Connection connection = DriverManager.getConnection(endpoints.jdbcUrl());
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT current_setting('fsync'),"
                                        + " current_setting('synchronous_commit'), version()")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("on");
            assertThat(rows.getString(2)).isEqualTo("on");
            assertThat(rows.getString(3)).startsWith("PostgreSQL 18.");
        }
    }

    @Test
    void newDatabaseIsEmptyEachTime() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (Connection connection =
                            DriverManager.getConnection(endpoints.newDatabase("Some.Test"));
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE only_once (id int)");
                assertThat(connection.getCatalog()).isEqualTo("some_test");
            }
        }
    }

    @Test
    void newDatabaseSparesPostgresItself() {
        assertThatThrownBy(() -> endpoints.newDatabase("postgres"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void abortedTransactionsAreHiddenFromReadCommitted() throws Exception {
        // Given
        probe.createTopic("transactions", 1);

        // When
        try (var producer = probe.producer("aborting")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", "aborted"))
                    .get(30, TimeUnit.SECONDS);
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", "committed"))
                    .get(30, TimeUnit.SECONDS);
            producer.commitTransaction();
        }

        // Then
        assertThat(probe.committed("transactions")).containsExactly("committed");
        assertThat(probe.values("transactions", "read_uncommitted"))
                .containsExactly("aborted", "committed");
    }

    @Test
    void kafkaCreatesTopicsOnRequestOnlyAndSpeaksTheNewTransactions() throws Exception {
        // When
        probe.createTopic("sixteen", 16);

        // Then
        try (var admin = probe.admin()) {
            var topics =
                    admin.describeTopics(List.of("sixteen"))
                            .allTopicNames()
                            .get(30, TimeUnit.SECONDS);
            assertThat(topics)
                    .hasEntrySatisfying(
                            "sixteen", topic -> assertThat(topic.partitions()).hasSize(16));
            var features =
                    admin.describeFeatures()
                            .featureMetadata()
                            .get(30, TimeUnit.SECONDS)
                            .finalizedFeatures();
            assertThat(features)
                    .hasEntrySatisfying(
                            "transaction.version",
                            range -> assertThat(range.maxVersionLevel()).isEqualTo((short) 2));
            assertThatThrownBy(() ->
                            admin.describeTopics(List.of("never-made"))
                                    .allTopicNames()
                                    .get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("UnknownTopicOrPartition");
        }
    }

    @Test
    void onlyTheFirstConditionalPutWins() throws Exception {
        // Given
        MinioClient s3 = probe.s3(endpoints.s3SecretKey());
        s3.makeBucket(MakeBucketArgs.builder().bucket("conditional").build());
        PutObjectArgs once =
                PutObjectArgs.builder()
                        .bucket("conditional")
                        .object("root")
                        .extraHeaders(Map.of("If-None-Match", "*"))
                        .data(new byte[] {1}, 1)
                        .build();
        s3.putObject(once);

        // When, Then
        assertThatThrownBy(() -> s3.putObject(once))
                .isInstanceOfSatisfying(
                        ErrorResponseException.class,
                        e -> assertThat(e.errorResponse().code()).isEqualTo("PreconditionFailed"));
    }

    @Test
    void aWrongSignatureIsRefused() {
        MinioClient s3 = probe.s3("not-the-secret");
        assertThatThrownBy(() -> s3.makeBucket(MakeBucketArgs.builder().bucket("refused").build()))
                .isInstanceOfSatisfying(
                        ErrorResponseException.class,
                        e ->
                                assertThat(e.errorResponse().code())
                                        .isEqualTo("SignatureDoesNotMatch"));
    }

    @Test
    void listensOnLoopbackOnly() throws Exception {
        // When
        List<String> listening = new ArrayList<>(listening(ProcessHandle.current().pid()));
        for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
            listening.addAll(listening(child.pid()));
        }

        // Then: Kafka and its controller, S3, PostgreSQL; IPv4 and IPv4 in IPv6, as the kernel
        // writes 127.0.0.1
        assertThat(listening).hasSizeGreaterThanOrEqualTo(4);
        assertThat(listening).allMatch(address -> address.endsWith("0100007F"));
    }

    /** The local addresses of the process's listening sockets; proc(5), /proc/net/tcp. */
    private static Set<String> listening(long pid) throws IOException {
        Set<String> sockets;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            sockets = descriptors.map(EmbeddedStackIT::target).collect(Collectors.toSet());
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
        lines.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
        return lines.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields ->
                        fields[3].equals("0A") && sockets.contains("socket:[" + fields[9] + "]"))
                .map(fields -> fields[0] + fields[1].substring(0, fields[1].indexOf(':')))
                .collect(Collectors.toSet());
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
