package io.moor.shipper.cli;

import io.moor.shipper.ShipperException;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.verify.LogVerifier;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code moor logs streams}: every stream with its position, lag and seal. */
@Command(
        name = "streams",
        description =
                "Lists streams with what is committed, the lag at the last commit, and the seal.")
public final class LogsStreamsCommand implements Callable<Integer> {

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Mixin private Output output = new Output();

    @Option(names = "--topic", paramLabel = "TOPIC", description = "Only streams in this topic.")
    private @Nullable String topic;

    @Option(names = "--stream", paramLabel = "KEY", description = "Only this stream.")
    private @Nullable String stream;

    @Spec private @Nullable CommandSpec spec;

    /**
     * One line of the list.
     *
     * @param position where the newest file of the stream stands, {@code FILEID:OFFSET}
     * @param behind bytes that were on disk and not committed when the position was written
     */
    record Row(
            String stream,
            String topic,
            int partition,
            String origin,
            long lines,
            long bytes,
            String position,
            long behind,
            boolean sealed) {

        static Row of(StreamCheckpoint checkpoint) {
            return new Row(
                    checkpoint.stream(),
                    checkpoint.topic(),
                    checkpoint.partition(),
                    checkpoint.origin(),
                    checkpoint.lines(),
                    checkpoint.bytes(),
                    position(checkpoint.generations()),
                    checkpoint.behind(),
                    checkpoint.sealed());
        }

        private static String position(List<GenerationCheckpoint> generations) {
            return generations.isEmpty()
                    ? ""
                    : generations.getLast().fileId() + ":" + generations.getLast().offset();
        }
    }

    @Override
    public Integer call() throws ShipperException {
        List<Row> rows =
                new LogVerifier(kafka.properties())
                        .checkpoints().stream()
                                .filter(checkpoint ->
                                        topic == null || topic.equals(checkpoint.topic()))
                                .filter(checkpoint ->
                                        stream == null || stream.equals(checkpoint.stream()))
                                .map(Row::of)
                                .sorted(Comparator.comparing(Row::stream))
                                .toList();
        output.rows(Row.class, rows);
        if (rows.isEmpty() && spec != null) {
            spec.commandLine().getErr().println(nothing());
        }
        return ExitCode.DONE.number();
    }

    /** Nothing is no failure: shippers may start later. */
    private String nothing() {
        return "no stream was shipped yet"
                + (topic == null ? "" : " to the topic '" + topic + "'")
                + (stream == null ? "" : " under the key '" + stream + "'");
    }
}
