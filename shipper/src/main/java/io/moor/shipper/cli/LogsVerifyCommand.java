package io.moor.shipper.cli;

import io.moor.shipper.ShipperException;
import io.moor.shipper.verify.LogVerifier;
import io.moor.shipper.verify.StreamVerdict;
import io.moor.shipper.verify.TopicVerdict;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code moor logs verify}: proves per stream that no byte is missing or doubled. */
@Command(
        name = "verify",
        description = {
            "Reads a topic and proves per stream that no byte is missing or doubled.",
            "Exit codes: 0 the proof holds, 3 it does not, 1 failed, 2 usage."
        })
public final class LogsVerifyCommand implements Callable<Integer> {

    private static final List<String> COLUMNS =
            List.of(
                    "stream",
                    "topic",
                    "partition",
                    "lines",
                    "bytes",
                    "sealed",
                    "missing",
                    "doubled",
                    "expired");

    /** Records; the time is looked at this often only. */
    private static final long PROGRESS_EVERY = 1_000;

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Mixin private Output output = new Output();

    @Mixin private TopicOption topic = new TopicOption();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ShipperException {
        TopicVerdict verdict = verify();
        output.rows(Json.tree(verdict.streams()), COLUMNS);
        if (spec != null) {
            explain(verdict, spec.commandLine().getErr());
        }
        return (verdict.holds() ? ExitCode.DONE : ExitCode.NOT_EXTERNALIZED).number();
    }

    private TopicVerdict verify() throws ShipperException {
        try (Progress progress = Progress.onStderr()) {
            return new LogVerifier(kafka.properties())
                    .verify(
                            topic.name(),
                            records -> {
                                if (records % PROGRESS_EVERY == 0) {
                                    progress.update(
                                            "verifying "
                                                    + topic.name()
                                                    + ": "
                                                    + records
                                                    + " records");
                                }
                            });
        }
    }

    private static void explain(TopicVerdict verdict, PrintWriter err) {
        for (StreamVerdict stream : verdict.streams()) {
            if (stream.reordered() > 0) {
                err.println(stream.stream() + ": " + stream.reordered() + " records out of order");
            }
            if (stream.skipped() > 0) {
                err.println(
                        stream.stream() + ": " + stream.skipped() + " bytes left out on purpose");
            }
            if (stream.broken() > 0) {
                err.println(
                        stream.stream()
                                + ": "
                                + stream.broken()
                                + " records cannot be understood: no key, no value, or an"
                                + " unreadable moor.span or moor.skipped");
            }
            if (stream.damaged() > 0) {
                err.println(
                        stream.stream()
                                + ": the content of "
                                + stream.damaged()
                                + " generations is not what was shipped");
            }
        }
        if (verdict.foreign() > 0) {
            err.println(verdict.foreign() + " records have no header of Moor and are left out");
        }
    }
}
