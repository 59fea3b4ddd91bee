package io.moor.shipper.cli;

import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.kafka.KafkaFailure;
import io.moor.shipper.kafka.TopicFollower;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/** {@code moor logs tail}: lines as they arrive. */
@Command(
        name = "tail",
        description = {
            "Follows the lines of a topic as they arrive, until interrupted.",
            "Tables are lines here: 'KEY<tab>LINE'. JSON is one object per line."
        })
public final class LogsTailCommand implements Callable<Integer> {

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Mixin private Output output = new Output();

    @Mixin private TopicOption topic = new TopicOption();

    @Option(names = "--from-beginning", description = "From the oldest line instead of the end.")
    private boolean fromBeginning;

    @Option(
            names = "--stream",
            paramLabel = "KEY",
            description = "Only this stream, without its key before each line.")
    private @Nullable String stream;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        KafkaClients clients = new KafkaClients(kafka.properties());
        try {
            new TopicFollower(clients)
                    .follow(topic.name(), fromBeginning, this::ready, this::print);
            return ExitCode.DONE.number();
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "Kafka at "
                            + clients.bootstrapServers()
                            + " did not answer; check the address and that the broker runs",
                    e);
        } catch (KafkaException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "Kafka cannot be read: " + KafkaFailure.describe(e), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private void ready() {
        if (spec != null) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "following "
                                    + topic.name()
                                    + (fromBeginning ? " from its beginning" : " from its end")
                                    + "; ^C ends");
        }
    }

    private void print(ConsumerRecord<byte[], byte[]> line) {
        String key = line.key() == null ? "-" : new String(line.key(), StandardCharsets.UTF_8);
        if (line.value() == null || (stream != null && !stream.equals(key))) {
            return;
        }
        PrintStream out = System.out;
        if (output.format() == OutputFormat.JSON) {
            write(out, Json.line(TailedLine.of(line)).getBytes(StandardCharsets.UTF_8));
        } else {
            if (stream == null) {
                write(out, (key + "\t").getBytes(StandardCharsets.UTF_8));
            }
            // The bytes as they are: a line may be in any encoding.
            write(out, line.value());
        }
        out.write('\n');
        if (out.checkError()) {
            throw new ClosedOutput();
        }
    }

    private static void write(PrintStream out, byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }
}
