package io.moor.shipper.cli;

import io.moor.shipper.Origin;
import io.moor.shipper.ShipperException;
import io.moor.shipper.Shippers;
import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.kafka.KafkaFailure;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/** {@code moor logs fence}: ends the open transaction of a shipper that is gone. */
@Command(
        name = "fence",
        description = {
            "Ends the open transaction of an origin's shipper, which is known to be gone, so that"
                    + " readers do not wait for its timeout.",
            "A shipper that still runs is fenced and exits 1; the next start goes on at its byte."
        })
public final class LogsFenceCommand implements Callable<Integer> {

    /** The limit of every command; the answer to the fencing itself may take longer. */
    private static final int REACH_MS = 9_500;

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Mixin private Output output = new Output();

    @Option(
            names = "--origin",
            required = true,
            paramLabel = "ID",
            description = "The origin: of 'moor ship --origin', or vol.VOLUME.")
    private String origin = "";

    @Spec private @Nullable CommandSpec spec;

    /**
     * @param transactionalId whose transactions end
     * @param fenced false when Kafka knows no shipper of the origin
     */
    record Fenced(String origin, String transactionalId, boolean fenced) {}

    @Override
    public Integer call() throws ShipperException {
        Origin wanted = origin();
        reach();
        boolean known = Shippers.fence(kafka.properties(), wanted);
        output.one(new Fenced(wanted.id(), wanted.transactionalId(), known));
        if (spec != null) {
            spec.commandLine()
                    .getErr()
                    .println(
                            known
                                    ? "origin "
                                            + origin
                                            + " is fenced; what is committed now stays until the"
                                            + " next start"
                                    : "Kafka knows no shipper of origin "
                                            + origin
                                            + ", so there is nothing to end; is the name right?");
        }
        return ExitCode.DONE.number();
    }

    private void reach() {
        KafkaClients clients = new KafkaClients(kafka.properties());
        try (Admin admin = clients.admin()) {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(REACH_MS)).nodes().get();
        } catch (ExecutionException e) {
            throw failed(clients, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            throw failed(clients, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(clients, e);
        }
    }

    private static CommandFailure failed(KafkaClients clients, Throwable why) {
        return new CommandFailure(
                ExitCode.FAILED,
                "Kafka at "
                        + clients.bootstrapServers()
                        + (why instanceof TimeoutException
                                ? " did not answer; check the address and that the broker runs"
                                : " cannot be used: " + KafkaFailure.describe(why)),
                why);
    }

    private Origin origin() {
        try {
            return new Origin(origin);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
