package io.moor.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Output;
import io.moor.shipper.cli.OutputFormat;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.util.List;

/** {@code moor instance …}. */
@Command(
        name = "instance",
        description = "Instances: disposable servers.",
        subcommands = {
            InstanceCommands.ListAll.class,
            InstanceCommands.Show.class,
            InstanceCommands.Drain.class,
            InstanceCommands.ShowReceipt.class
        })
final class InstanceCommands {

    private static final String INSTANCES = "/v1/instances";

    static String path(String instance) {
        return INSTANCES + "/" + GatewayApi.segment(instance);
    }

    /** A command about one instance. */
    abstract static class OneInstance extends OperatorCommand {
        @Parameters(paramLabel = "INSTANCE")
        private String instance = "";

        final String instance() {
            return instance;
        }

        final String path() {
            return InstanceCommands.path(instance);
        }
    }

    @Command(name = "list", description = "Lists instances.")
    static final class ListAll extends OperatorCommand {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            out.rows(
                    api.list(INSTANCES),
                    List.of("instance", "group", "slot", "state", "leaseExpiresAt", "waitingFor"));
            return ExitCode.DONE;
        }
    }

    @Command(name = "show", description = "Shows one instance.")
    static final class Show extends OneInstance {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            InstanceTable.print(api.get(path()), out);
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "drain",
            description = {
                "Takes everything off an instance before it is destroyed: stops its workload, ships"
                        + " and seals its logs, releases its volumes.",
                "With --wait it prints the receipt and exits with 3 unless the instance is safe to"
                        + " destroy."
            })
    static final class Drain extends OneInstance {
        @Option(
                names = "--timeout",
                defaultValue = "100s",
                paramLabel = "DURATION",
                description = "How long the instance may take. Default: ${DEFAULT-VALUE}.")
        private Duration timeout = Duration.ofSeconds(100);

        @Option(names = "--wait", description = "Wait for the receipt and print it.")
        private boolean wait;

        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            var order = api.post(path() + "/drain", object().put("timeoutMs", timeout.toMillis()));
            if (!wait) {
                out.one(order);
                return ExitCode.DONE;
            }
            var receipt = new DrainWait(api, instance(), order, timeout).await();
            return Receipts.print(receipt, out);
        }
    }

    @Command(
            name = "receipt",
            description =
                    "Shows the receipt of an instance's drain; exits with 3 unless it is safe to"
                            + " destroy.")
    static final class ShowReceipt extends OneInstance {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            var receipt =
                    api.find(path() + "/receipt")
                            .orElseThrow(() ->
                                    new CommandFailure(
                                            ExitCode.FAILED,
                                            "there is no receipt of "
                                                    + instance()
                                                    + "; drain it with 'moor instance drain "
                                                    + instance()
                                                    + " --wait'"));
            return Receipts.print(receipt, out);
        }
    }

    /** How a receipt is shown. */
    static final class Receipts {

        private Receipts() {}

        static ExitCode print(JsonNode receipt, Output out) {
            if (out.format() == OutputFormat.JSON) {
                out.one(receipt);
            } else {
                table(receipt, out);
            }
            return receipt.path("safeToDestroy").asBoolean()
                    ? ExitCode.DONE
                    : ExitCode.NOT_EXTERNALIZED;
        }

        /** What is not shipped, exact to the byte. */
        private static ArrayNode left(JsonNode receipt) {
            var rows = JsonNodeFactory.instance.arrayNode();
            for (var stream : receipt.path("streams")) {
                for (var range : stream.path("unshipped")) {
                    ObjectNode row = range.deepCopy();
                    rows.add(row.put("stream", stream.path("stream").asText()));
                }
            }
            return rows;
        }

        private static void table(JsonNode receipt, Output out) {
            out.line(
                    "drain "
                            + receipt.path("drain").asText()
                            + " of "
                            + receipt.path("instance").asText()
                            + " ("
                            + receipt.path("slot").asText()
                            + ")");
            out.rows(
                    receipt.path("streams"),
                    List.of("stream", "topic", "lines", "bytes", "sealed", "verified"));
            var left = left(receipt);
            if (!left.isEmpty()) {
                out.rows(left, List.of("stream", "fileId", "start", "end", "file"));
            }
            out.rows(receipt.path("volumes"), List.of("volume", "epoch", "released", "detail"));
            receipt.path("problems").forEach(problem -> out.line("problem: " + problem.asText()));
            out.line(
                    receipt.path("safeToDestroy").asBoolean()
                            ? "safe to destroy: yes"
                            : "safe to destroy: NO");
        }
    }
}
