package io.moor.shipper.cli;

import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.kafka.KafkaFailure;
import io.moor.shipper.kafka.TopicFollower;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/** {@code moor logs tail}: lines as they arrive. */
@Command(
        name = "tail",
        description = "Follows the lines of a topic as they arrive, until interrupted.")
public final class LogsTailCommand implements Callable<Integer> {

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "Which topic.")
    private String topic = "";

    @Option(names = "--from-beginning", description = "From the oldest line instead of the end.")
    private boolean fromBeginning;

    @Option(
            names = "--stream",
            paramLabel = "KEY",
            description = "Only this stream, without its key before each line.")
    private @Nullable String stream;

    @Override
    public Integer call() {
        try {
            new TopicFollower(new KafkaClients(kafka.properties()))
                    .follow(topic, fromBeginning, this::print);
            return ExitCode.DONE.number();
        } catch (KafkaException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "Kafka cannot be read: " + KafkaFailure.describe(e), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private void print(ConsumerRecord<byte[], byte[]> line) {
        String key = line.key() == null ? "-" : new String(line.key(), StandardCharsets.UTF_8);
        if (line.value() == null || (stream != null && !stream.equals(key))) {
            return;
        }
        PrintStream out = System.out;
        if (stream == null) {
            byte[] prefix = (key + "\t").getBytes(StandardCharsets.UTF_8);
            out.write(prefix, 0, prefix.length);
        }
        // The bytes as they are: a line may be in any encoding.
        out.write(line.value(), 0, line.value().length);
        out.write('\n');
        if (out.checkError()) {
            throw new ClosedOutput();
        }
    }
}
