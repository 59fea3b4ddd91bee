package io.moor.shipper.cli;

import io.moor.shipper.Origin;
import io.moor.shipper.ShipperException;
import io.moor.shipper.Shippers;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code moor logs fence}: ends the open transaction of a shipper that is gone. */
@Command(
        name = "fence",
        description = {
            "Ends the open transaction of an origin's shipper, which is known to be gone, so that"
                    + " readers do not wait for its timeout.",
            "A shipper that still runs is fenced and exits 1; the next start goes on at its byte."
        })
public final class LogsFenceCommand implements Callable<Integer> {

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--origin",
            required = true,
            paramLabel = "ID",
            description = "The origin: of 'moor ship --origin', or vol.VOLUME.")
    private String origin = "";

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ShipperException {
        Shippers.fence(kafka.properties(), origin());
        if (spec != null) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "origin "
                                    + origin
                                    + " is fenced; what is committed now stays until the next"
                                    + " start");
        }
        return ExitCode.DONE.number();
    }

    private Origin origin() {
        try {
            return new Origin(origin);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
