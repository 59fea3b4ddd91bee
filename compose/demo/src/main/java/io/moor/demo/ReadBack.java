package io.moor.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.verify.LogVerifier;
import io.moor.shipper.verify.StreamVerdict;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The reader's view: only Kafka, read_committed. */
record ReadBack(Stage stage) {

    /**
     * @param acknowledged the numbers of all orders that were acknowledged, on A and on B
     */
    void tell(Set<Long> acknowledged, String volume) throws Exception {
        stage.chapter("What a reader of the topics sees");
        OrderReader.Seen seen = new OrderReader(stage.kafka()).read(Topics.ORDERS, volume);
        Set<Long> missing = new TreeSet<>(acknowledged);
        missing.removeAll(seen.numbers());
        stage.claim(
                "every acknowledged order's log line is in Kafka, once and in order, across"
                        + " the kill",
                missing.isEmpty() && seen.doubled().isEmpty() && seen.outOfOrder() == 0,
                acknowledged.size()
                        + " acknowledged, "
                        + seen.numbers().size()
                        + " read; "
                        + missing.size()
                        + " missing, "
                        + seen.doubled().size()
                        + " doubled, "
                        + seen.outOfOrder()
                        + " out of order");
        boolean recovered =
                new OrderReader(stage.kafka())
                        .lines(Topics.POSTGRES, volume).stream()
                                .anyMatch(line ->
                                        new String(line.value(), UTF_8)
                                                .contains("automatic recovery in progress"));
        stage.claim(
                "PostgreSQL's own log tells, in Kafka, of its recovery on B",
                recovered,
                "\"automatic recovery in progress\" in " + Topics.POSTGRES);
        for (String topic : List.of(Topics.ORDERS, Topics.POSTGRES)) {
            verify(topic, volume);
        }
    }

    private void verify(String topic, String volume) throws Exception {
        List<StreamVerdict> streams =
                new LogVerifier(Map.of("bootstrap.servers", stage.kafka()))
                        .verify(topic).streams().stream()
                                .filter(stream -> stream.stream().contains(volume))
                                .toList();
        String rows =
                streams.stream()
                        .map(s ->
                                s.lines()
                                        + " lines, "
                                        + s.bytes()
                                        + " bytes, "
                                        + s.missing()
                                        + " missing, "
                                        + s.doubled()
                                        + " doubled, sealed "
                                        + s.sealed())
                        .collect(Collectors.joining("; "));
        stage.claim(
                "the spans of "
                        + topic
                        + " prove that no byte is missing or doubled, and that the stream"
                        + " is complete",
                streams.size() == 1 && streams.stream().allMatch(s -> s.holds() && s.sealed()),
                rows.isEmpty() ? "no stream" : rows);
    }
}
