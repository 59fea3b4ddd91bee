package io.moor.gateway.sidecar;

import io.moor.shipper.cli.Cli;
import io.moor.shipper.cli.Termination;
import io.moor.shipper.config.ConfigFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code moor sidecar --config FILE}. */
@Command(
        name = "sidecar",
        description = {
            "Runs the node agent of this instance: joins its group, attaches its volumes, ships its"
                    + " logs, and takes everything off it on a drain.",
            "SIGTERM stops it and leaves volumes attached and streams open; the next sidecar on"
                    + " this instance continues both."
        })
public final class SidecarProgram implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(SidecarProgram.class);

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The sidecar's YAML configuration.")
    private Path config = Path.of("sidecar.yaml");

    @Override
    public Integer call() throws Exception {
        // Whoever starts the first program makes the JDK find its logging, under a lock: this
        // platform
        // thread does it now, before virtual threads could pin all carriers while they wait for it.
        LOG.atTrace()
                .addKeyValue("logger", System.getLogger(SidecarProgram.class.getName()).getName())
                .log("the JDK's logging is ready");
        try (var sidecar = new Sidecar(ConfigFile.load(config, SidecarConfig.class))) {
            Termination.onSignal(() -> {
                LOG.info("stopping");
                sidecar.stop();
            });
            return sidecar.run().number();
        }
    }

    /** For a process that is nothing but a sidecar. */
    public static void main(String[] args) {
        System.exit(Cli.run(new SidecarProgram(), args));
    }
}
