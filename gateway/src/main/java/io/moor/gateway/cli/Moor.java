package io.moor.gateway.cli;

import io.moor.gateway.sidecar.SidecarProgram;
import io.moor.shipper.cli.Cli;
import io.moor.shipper.cli.LogsCommand;
import io.moor.shipper.cli.ShipCommand;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code moor}. The launcher starts {@code demo}, {@code dev} and {@code stack} from
 * the modules that hold them; this class only names them.
 */
@Command(
        name = "moor",
        description =
                "Takes the state off disposable servers and gives it back to their successors.",
        subcommands = {
            GatewayCommand.class,
            SidecarProgram.class,
            ShipCommand.class,
            LogsCommand.class,
            GroupCommands.class,
            VolumeCommands.class,
            InstanceCommands.class,
            EventCommands.class
        },
        footer = {
            "",
            "To try it without any server:",
            "  demo      the whole story on this machine, every claim checked",
            "  dev       the embedded stack plus a gateway",
            "  stack     the embedded Kafka, PostgreSQL and S3 server only",
            "",
            "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 not everything"
                    + " externalized.",
            "'moor COMMAND --help' explains a command."
        })
public final class Moor {

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs a command in this process. */
    static int run(String... args) {
        return args.length == 0 ? Cli.run(new Moor(), "--help") : Cli.run(new Moor(), args);
    }

    /** The command line, for tests with streams of their own. */
    static CommandLine commandLine() {
        return new CommandLine(new Moor());
    }
}
