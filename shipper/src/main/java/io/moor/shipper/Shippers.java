package io.moor.shipper;

import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.engine.ShipperEngine;
import io.moor.shipper.engine.WrittenSince;
import io.moor.shipper.kafka.Fencing;
import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.kafka.KafkaFailure;
import io.moor.shipper.spool.SpoolingShipper;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

import java.util.List;
import java.util.Map;

/** Starts shippers. */
public final class Shippers {

    private Shippers() {}

    /**
     * Starts shipping: takes the lock in the state directory, reaches Kafka, creates missing topics
     * (at this first start only), fences the previous shipper of the origin and continues at its
     * byte. Blocks until that is done, at most about 10 s when Kafka does not answer, and about 30
     * s when another producer's open transaction hides our checkpoints. Inputs that are no files
     * are read from then on; a shipper that has nothing but inputs with an end, such as standard
     * input, drains and ends there.
     *
     * @return a running shipper; the caller closes it
     * @throws ShipperException when it cannot start; the message says what to do
     */
    public static Shipper start(ShipperConfig config) throws ShipperException {
        return SpoolingShipper.hasSpools(config)
                ? SpoolingShipper.start(config)
                : ShipperEngine.start(config);
    }

    /**
     * What was written to the files of a shipper after it had drained: an application that nobody
     * stopped does that. Looks at the file system only, at sizes and names; blocks for one look.
     *
     * @param config the configuration of the shipper
     * @param report how it ended
     */
    public static List<DrainReport.Late> writtenSince(ShipperConfig config, DrainReport report) {
        return WrittenSince.look(config, report);
    }

    /**
     * Ends the open transaction of an origin's last shipper and fences that shipper, for whoever
     * knows that it is gone: the readers of its partitions do not wait for its timeout, and what is
     * committed then is final until the next start. A shipper that still runs ends as fenced.
     *
     * <p>Does nothing when Kafka knows no shipper of the origin, because none ever started or none
     * did for a week. May be repeated.
     *
     * @param kafka properties of the clients, {@code bootstrap.servers} among them
     * @return whether Kafka knew a shipper of the origin
     * @throws ShipperException when Kafka does not do it, or does not answer within about 10 s; the
     *     message says why
     */
    public static boolean fence(Map<String, String> kafka, Origin origin) throws ShipperException {
        KafkaClients clients = new KafkaClients(kafka);
        try (Admin admin = clients.admin()) {
            return Fencing.fence(admin, origin);
        } catch (KafkaException e) {
            throw new ShipperException(
                    KafkaFailure.of(e) == KafkaFailure.RETRY
                            ? Reason.KAFKA_UNREACHABLE
                            : Reason.KAFKA_REFUSED,
                    "the shipper of origin '"
                            + origin
                            + "' could not be fenced: "
                            + KafkaFailure.describe(e),
                    e);
        }
    }
}
