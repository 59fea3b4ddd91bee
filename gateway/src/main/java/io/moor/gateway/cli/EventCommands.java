package io.moor.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Output;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** {@code moor event …}. */
@Command(
        name = "event",
        description = "Lifecycle events in, and the log of every change.",
        subcommands = {EventCommands.Send.class, EventCommands.ListNewest.class})
final class EventCommands {

    private static final String EVENTS = "/v1/events";

    @Command(
            name = "send",
            description = {
                "Hands in an event: a CloudEvent in JSON from FILE or standard input, or"
                        + " --terminated INSTANCE.",
                "A terminated event is a proof that the instance writes no more: its volumes are"
                        + " given to the next. Send it only when that is true."
            })
    static final class Send extends OperatorCommand {
        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "A CloudEvent in JSON; - or nothing reads standard input.")
        private @Nullable String file;

        @Option(
                names = "--terminated",
                paramLabel = "INSTANCE",
                description = "Say that this instance is gone for good.")
        private @Nullable String terminated;

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                description = "With --terminated: how you know; it is recorded.")
        private @Nullable String reason;

        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException, IOException {
            if ((terminated != null && file != null) || (reason != null && terminated == null)) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "give either a file or --terminated; --reason belongs to --terminated");
            }
            var event = terminated == null ? read() : terminatedEvent(terminated);
            out.one(api.post(EVENTS, "application/cloudevents+json", event));
            return ExitCode.DONE;
        }

        private String terminatedEvent(String instance) {
            var event =
                    object().put("specversion", "1.0")
                            .put("id", UUID.randomUUID().toString())
                            .put("source", "moor-cli")
                            .put("type", "io.moor.instance.terminated")
                            .put("subject", instance)
                            .put("time", Instant.now().toString());
            if (reason != null) {
                event.putObject("data").put("reason", reason);
            }
            return event.toString();
        }

        private String read() throws IOException {
            var text =
                    file == null || file.equals("-")
                            ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                            : content(Path.of(file));
            try {
                return new ObjectMapper().readTree(text).toString();
            } catch (JsonProcessingException e) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "the event is not JSON (line "
                                + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
                                + "); write a CloudEvent, or use --terminated INSTANCE",
                        e);
            }
        }

        private static String content(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new CommandFailure(
                        ExitCode.USAGE, "cannot read " + file + "; check the path", e);
            }
        }
    }

    @Command(name = "list", description = "Lists changes, newest first: what, who and why.")
    static final class ListNewest extends OperatorCommand {
        @Option(
                names = "--limit",
                defaultValue = "50",
                paramLabel = "N",
                description = "How many, at most 500. Default: ${DEFAULT-VALUE}.")
        private int limit = 50;

        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            if (limit < 1 || limit > 500) {
                throw new CommandFailure(ExitCode.USAGE, "--limit is 1 to 500, not " + limit);
            }
            out.rows(
                    api.get(EVENTS + "?limit=" + limit).path("items"),
                    List.of("at", "actor", "action", "objectType", "objectId", "reason"));
            return ExitCode.DONE;
        }
    }
}
