package io.moor.shipper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.verify.LogVerifier;
import io.moor.shipper.verify.StreamVerdict;
import io.moor.shipper.verify.TopicVerdict;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One directory of logs, one topic, one origin; shippers come and go. */
final class ShippingRig {

    final String topic;
    final Path logs;
    private final Path work;
    private final Map<String, String> kafka;
    private Sink sink = Sinks.chosen();
    final Origin origin;

    ShippingRig(Path work, String kafka) throws IOException {
        this(work, Map.of("bootstrap.servers", kafka));
    }

    /** With properties for whoever reads the topic; shippers may have others. */
    ShippingRig(Path work, Map<String, String> kafka) throws IOException {
        this(work, kafka, "logs-" + UUID.randomUUID());
    }

    /** Of another process, on its topic. */
    ShippingRig(Path work, Map<String, String> kafka, String topic) throws IOException {
        this.topic = topic;
        this.origin = new Origin("origin-" + topic);
        this.work = Files.createDirectories(work).toRealPath();
        this.logs = Files.createDirectories(this.work.resolve("logs"));
        this.kafka = Map.copyOf(kafka);
    }

    Sink sink() {
        return sink;
    }

    /** Shippers of this rig use a sink. */
    ShippingRig with(Sink chosen) {
        sink = chosen;
        return this;
    }

    /** A committed record as a reader sees it. */
    record Line(String key, String value, String span, String flags, String skipped) {}

    ShipperConfig config(boolean untilEof) {
        return config(untilEof, "*.log", "state", 0, Optional.empty());
    }

    ShipperConfig config(
            boolean untilEof,
            String glob,
            String state,
            long epoch,
            Optional<StreamScope.OnVolume> volume) {
        Path root = volume.map(StreamScope.OnVolume::root).orElse(logs);
        return new ShipperConfig(
                origin,
                new StreamScope(Optional.empty(), Optional.empty(), Optional.of("host"), volume),
                List.of(
                        new SourceConfig(
                                "logs",
                                List.of(root + "/" + glob),
                                List.of("*.gz"),
                                topic,
                                1 << 20,
                                SourceConfig.Oversized.SPLIT)),
                kafka,
                work.resolve(state),
                epoch,
                untilEof,
                ShipperConfig.Delivery.EXACTLY_ONCE,
                sink);
    }

    /** Everything as usual but for Kafka's properties, which are added. */
    ShipperConfig config(String state, Map<String, String> more) {
        ShipperConfig usual = config(false, "*.log", state, 0, Optional.empty());
        Map<String, String> properties = new HashMap<>(usual.kafka());
        properties.putAll(more);
        return new ShipperConfig(
                usual.origin(),
                usual.scope(),
                usual.sources(),
                properties,
                usual.state(),
                usual.ownerEpoch(),
                usual.untilEof(),
                usual.delivery(),
                usual.sink());
    }

    /** The same, to the end of the files. */
    static ShipperConfig untilEof(ShipperConfig config) {
        return new ShipperConfig(
                config.origin(),
                config.scope(),
                config.sources(),
                config.kafka(),
                config.state(),
                config.ownerEpoch(),
                true,
                config.delivery(),
                config.sink());
    }

    /** Everything as usual but for the guarantee. */
    ShipperConfig atLeastOnce(String state) {
        return atLeastOnce(config(state, Map.of()));
    }

    static ShipperConfig atLeastOnce(ShipperConfig usual) {
        return new ShipperConfig(
                usual.origin(),
                usual.scope(),
                usual.sources(),
                usual.kafka(),
                usual.state(),
                usual.ownerEpoch(),
                usual.untilEof(),
                ShipperConfig.Delivery.AT_LEAST_ONCE,
                usual.sink());
    }

    /** Everything as usual but for the sources. */
    ShipperConfig config(List<SourceConfig> sources) {
        return withSources(config(false), sources);
    }

    static ShipperConfig withSources(ShipperConfig usual, List<SourceConfig> sources) {
        return new ShipperConfig(
                usual.origin(),
                usual.scope(),
                sources,
                usual.kafka(),
                usual.state(),
                usual.ownerEpoch(),
                usual.untilEof(),
                usual.delivery(),
                usual.sink());
    }

    SourceConfig source(String name, String file, String topicName) {
        return new SourceConfig(
                name,
                List.of(logs.resolve(file).toString()),
                List.of(),
                topicName,
                1 << 20,
                SourceConfig.Oversized.SPLIT);
    }

    Shipper start() throws ShipperException {
        return Shippers.start(config(false));
    }

    DrainReport untilEof() throws Exception {
        try (Shipper shipper = Shippers.start(config(true))) {
            return shipper.ended().get();
        }
    }

    Path write(String name, String content) throws IOException {
        return Files.writeString(
                logs.resolve(name), content, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void move(String from, String to) throws IOException {
        Files.move(logs.resolve(from), logs.resolve(to));
    }

    /** Waits until the shipper has committed so many lines. */
    void awaitLines(Shipper shipper, long lines) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .until(() ->
                        shipper.status().streams().stream()
                                        .mapToLong(ShipperStatus.StreamStatus::committedLines)
                                        .sum()
                                >= lines);
    }

    /** Waits until a reader of the topic finds so many lines in its first stream. */
    void awaitVerified(long lines) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptionsInstanceOf(ShipperException.class)
                .until(() -> verify().streams().stream().anyMatch(s -> s.lines() >= lines));
    }

    /** Waits until a reader of the topic finds lines in so many streams. */
    void awaitVerifiedStreams(int streams) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptionsInstanceOf(ShipperException.class)
                .until(() ->
                        verify().streams().stream().filter(s -> s.lines() > 0).count() >= streams);
    }

    String key(String name) {
        return "-/-/host/logs" + logs.resolve(name);
    }

    TopicVerdict verify() throws ShipperException {
        return new LogVerifier(kafka).verify(topic);
    }

    StreamVerdict verdict(String name) throws ShipperException {
        return verify().streams().stream()
                .filter(stream -> stream.stream().equals(key(name)))
                .findFirst()
                .orElseThrow();
    }

    /** Values of one stream, in the order of a read_committed reader. */
    List<String> values(String name) {
        return lines().stream()
                .filter(line -> line.key().equals(key(name)))
                .map(Line::value)
                .toList();
    }

    /** Everything in the topic, read without any code of the shipper. */
    List<Line> lines() {
        return lines(topic);
    }

    /** Everything in any topic. */
    List<Line> lines(String from) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put("isolation.level", "read_committed");
        properties.put("fetch.max.wait.ms", 20);
        List<Line> lines = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(from).stream()
                            .map(info -> new TopicPartition(from, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> line : consumer.poll(Duration.ofMillis(200))) {
                    lines.add(
                            new Line(
                                    line.key(),
                                    new String(line.value(), UTF_8),
                                    header(line, "moor.span"),
                                    header(line, "moor.flags"),
                                    header(line, "moor.skipped")));
                }
            }
        }
        return lines;
    }

    private static String header(ConsumerRecord<String, byte[]> line, String name) {
        Header header = line.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }
}
