package io.moor.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Output;
import io.moor.shipper.cli.OutputFormat;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code moor group …}. */
@Command(
        name = "group",
        description = "Groups: sets of interchangeable instances and what each of them needs.",
        subcommands = {
            GroupCommands.Apply.class,
            GroupCommands.ListAll.class,
            GroupCommands.Show.class,
            GroupCommands.Delete.class,
            GroupCommands.JoinToken.class
        })
final class GroupCommands {

    private static final String GROUPS = "/v1/groups";

    private static String path(String group) {
        return GROUPS + "/" + GatewayApi.segment(group);
    }

    /** A command about one group. */
    abstract static class OneGroup extends OperatorCommand {
        @Parameters(paramLabel = "GROUP")
        private String group = "";

        final String group() {
            return group;
        }

        final String path() {
            return GroupCommands.path(group);
        }
    }

    @Command(name = "apply", description = "Makes a group what its file says.")
    static final class Apply extends OperatorCommand {
        @Option(
                names = "-f",
                required = true,
                paramLabel = "FILE",
                description = "YAML with group, slots and claims; - reads standard input.")
        private String file = "";

        @Override
        ExitCode run(GatewayApi api, Output out)
                throws InterruptedException, ConfigException, IOException {
            var group = read();
            out.one(api.put(path(group.group()), body(group)));
            return ExitCode.DONE;
        }

        private GroupFile read() throws ConfigException, IOException {
            if (!file.equals("-")) {
                return ConfigFile.load(Path.of(file), GroupFile.class);
            }
            var text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            return ConfigFile.parse("stdin", text, GroupFile.class);
        }

        private static JsonNode body(GroupFile group) {
            var body = object().put("slots", group.slots());
            var claims = body.putArray("claims");
            for (var claim : group.claims()) {
                claims.addObject()
                        .put("name", claim.name())
                        .put("provider", claim.provider())
                        .put("sizeBytes", claim.size().bytes());
            }
            return body;
        }
    }

    @Command(name = "list", description = "Lists groups.")
    static final class ListAll extends OperatorCommand {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            out.rows(api.list(GROUPS), List.of("group", "slots", "version"));
            return ExitCode.DONE;
        }
    }

    @Command(name = "show", description = "Shows one group.")
    static final class Show extends OneGroup {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            out.one(api.get(path()));
            return ExitCode.DONE;
        }
    }

    @Command(name = "delete", description = "Deletes a group that no instance is in.")
    static final class Delete extends OneGroup {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            var answer = api.delete(path());
            out.one(
                    answer.isEmpty()
                            ? object().put("group", group()).put("deleted", true)
                            : answer);
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "join-token",
            description =
                    "Makes a token that lets sidecars join the group, and prints it; it is shown"
                            + " once.")
    static final class JoinToken extends OneGroup {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            var answer = api.post(path() + "/join-tokens", object());
            var token = answer.path("token").asText("");
            if (token.isEmpty()) {
                throw new CommandFailure(ExitCode.FAILED, "the gateway gave no token; try again");
            }
            if (out.format() == OutputFormat.JSON) {
                out.one(answer);
            } else {
                // Nothing but the token: it is meant for a file.
                out.line(token);
            }
            return ExitCode.DONE;
        }
    }
}
