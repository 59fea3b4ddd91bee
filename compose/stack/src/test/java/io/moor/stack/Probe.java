package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Real clients of the three servers: leaves a mark in each, and finds it again. */
record Probe(StackEndpoints endpoints) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A record in a committed transaction, a committed row, an object. */
    void leave(String mark) throws Exception {
        createTopic("marks", 1);
        try (var producer = producer("marks-of-" + mark)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("marks", mark)).get(30, TimeUnit.SECONDS);
            producer.commitTransaction();
        }
        try (Connection connection = DriverManager.getConnection(endpoints.jdbcUrl());
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS marks (mark text)");
            statement.execute("INSERT INTO marks VALUES ('" + mark + "')");
        }
        MinioClient s3 = s3(endpoints.s3SecretKey());
        if (!s3.bucketExists(BucketExistsArgs.builder().bucket("marks").build())) {
            s3.makeBucket(MakeBucketArgs.builder().bucket("marks").build());
        }
        byte[] content = mark.getBytes(StandardCharsets.UTF_8);
        s3.putObject(
                PutObjectArgs.builder()
                        .bucket("marks")
                        .object(mark)
                        .data(content, content.length)
                        .build());
    }

    /** Everything that was left, in order, is in all three servers. */
    void find(String... marks) throws Exception {
        assertThat(committed("marks")).containsSubsequence(marks).doesNotHaveDuplicates();
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(endpoints.jdbcUrl());
                var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT mark FROM marks")) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        assertThat(rows).containsSubsequence(marks).doesNotHaveDuplicates();
        MinioClient s3 = s3(endpoints.s3SecretKey());
        for (String mark : marks) {
            try (var object =
                    s3.getObject(GetObjectArgs.builder().bucket("marks").object(mark).build())) {
                assertThat(new String(object.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(mark);
            }
        }
    }

    void createTopic(String topic, int partitions) throws Exception {
        try (Admin admin = admin()) {
            if (!admin.listTopics().names().get(30, TimeUnit.SECONDS).contains(topic)) {
                admin.createTopics(
                                List.of(
                                        new NewTopic(
                                                topic, Optional.of(partitions), Optional.empty())))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
        }
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", endpoints.kafka()));
    }

    KafkaProducer<String, String> producer(String transactionalId) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", endpoints.kafka(), "transactional.id", transactionalId),
                new StringSerializer(),
                new StringSerializer());
    }

    /** The values in partition 0 that a read_committed consumer sees up to the end. */
    List<String> committed(String topic) {
        return values(topic, "read_committed");
    }

    List<String> values(String topic, String isolation) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                endpoints.kafka(),
                                "isolation.level",
                                isolation),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(partition) < end && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }

    MinioClient s3(String secretKey) {
        return MinioClient.builder()
                .endpoint(endpoints.s3Endpoint().toString())
                .credentials(endpoints.s3AccessKey(), secretKey)
                .region("us-east-1")
                .build();
    }
}
