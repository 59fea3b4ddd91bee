package io.moor.gateway.cli;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Output;
import io.moor.shipper.config.ByteSize;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;

/** {@code moor volume …}. */
@Command(
        name = "volume",
        description = "Volumes: data that outlives the servers that use it.",
        subcommands = {
            VolumeCommands.Create.class,
            VolumeCommands.ListAll.class,
            VolumeCommands.Show.class,
            VolumeCommands.Attach.class,
            VolumeCommands.Detach.class,
            VolumeCommands.Delete.class
        })
final class VolumeCommands {

    private static final String VOLUMES = "/v1/volumes";
    private static final String ATTACHMENTS = "/v1/attachments";

    private static String path(String volume) {
        return VOLUMES + "/" + GatewayApi.segment(volume);
    }

    /** A command about one volume. */
    abstract static class OneVolume extends OperatorCommand {
        @Parameters(paramLabel = "VOLUME")
        private String volume = "";

        final String volume() {
            return volume;
        }

        final String path() {
            return VolumeCommands.path(volume);
        }
    }

    @Command(name = "create", description = "Creates a volume; its id is the name and a suffix.")
    static final class Create extends OperatorCommand {
        @Parameters(paramLabel = "NAME", description = "What its id begins with.")
        private String name = "";

        @Option(
                names = "--provider",
                required = true,
                paramLabel = "NAME",
                description = "A provider of the gateway's configuration.")
        private String provider = "";

        @Option(
                names = "--size",
                required = true,
                paramLabel = "SIZE",
                description = "Like 512MiB or 10GiB.")
        private ByteSize size = new ByteSize(0);

        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            var body = object().put("name", name).put("provider", provider);
            out.one(api.post(VOLUMES, body.put("sizeBytes", size.bytes())));
            return ExitCode.DONE;
        }
    }

    @Command(name = "list", description = "Lists volumes.")
    static final class ListAll extends OperatorCommand {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            out.rows(
                    api.list(VOLUMES),
                    List.of(
                            "volume",
                            "state",
                            "provider",
                            "sizeBytes",
                            "epoch",
                            "group",
                            "slot",
                            "claim",
                            "attachment/instance",
                            "waitingFor"));
            return ExitCode.DONE;
        }
    }

    @Command(name = "show", description = "Shows one volume.")
    static final class Show extends OneVolume {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            out.one(api.get(path()));
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "attach",
            description =
                    "Attaches a volume that belongs to no group to an instance. Volumes of groups"
                            + " follow their slot by themselves.")
    static final class Attach extends OperatorCommand {
        @Parameters(index = "0", paramLabel = "VOLUME")
        private String volume = "";

        @Parameters(index = "1", paramLabel = "INSTANCE")
        private String instance = "";

        @Option(
                names = "--path",
                required = true,
                paramLabel = "PATH",
                description = "Absolute path on the instance.")
        private String path = "";

        @Option(names = "--read-only", description = "Refuse writes.")
        private boolean readOnly;

        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            out.one(
                    api.post(
                            path(volume) + "/attachments",
                            object().put("instance", instance)
                                    .put("path", path)
                                    .put("readOnly", readOnly)));
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "detach",
            description =
                    "Asks the holder to release a volume. With --evict the volume is taken away"
                            + " without the holder's word: only when it can write no more.")
    static final class Detach extends OneVolume {
        @Option(
                names = "--evict",
                description = "Declare that the holder can write no more. Needs --reason.")
        private boolean evict;

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                description = "Why the holder can write no more; it is recorded as the proof.")
        private @Nullable String reason;

        @Option(
                names = "--operator",
                paramLabel = "NAME",
                description = "Who vouches for it. Default: the name you are logged in with.")
        private String operator = System.getProperty("user.name", "");

        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            if (evict != (reason != null)) {
                throw new CommandFailure(
                        ExitCode.USAGE, "--evict and --reason belong together; give both or none");
            }
            var attachment = ATTACHMENTS + "/" + GatewayApi.segment(live(api));
            out.one(
                    evict
                            ? api.post(
                                    attachment + "/evict",
                                    object().put("operator", operator).put("reason", reason))
                            : api.delete(attachment));
            return ExitCode.DONE;
        }

        private String live(GatewayApi api) throws InterruptedException {
            var found = api.get(path());
            var attachment = found.path("attachment").path("attachment").asText("");
            if (!attachment.isEmpty()) {
                return attachment;
            }
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "volume '" + volume() + "' is not attached; 'moor volume show' says how it is");
        }
    }

    @Command(name = "delete", description = "Deletes a volume and its data, for good.")
    static final class Delete extends OneVolume {
        @Override
        ExitCode run(GatewayApi api, Output out) throws InterruptedException {
            out.one(api.delete(path()));
            return ExitCode.DONE;
        }
    }
}
