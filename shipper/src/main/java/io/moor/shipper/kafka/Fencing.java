package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.common.KafkaException;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Ends open transactions of producers that are known, or ruled, to be gone. */
public final class Fencing {

    private Fencing() {}

    /**
     * Aborts the open transaction of an origin's last shipper, if there is one, and fences it.
     *
     * @throws KafkaException when Kafka does not do it
     */
    public static void fence(Admin admin, Origin origin) {
        fence(admin, List.of(origin.transactionalId()));
    }

    static void fence(Admin admin, Collection<String> transactionalIds) {
        try {
            admin.fenceProducers(
                            transactionalIds,
                            // Kafka takes it for the timeout of the fencing producer, too.
                            new FenceProducersOptions().timeoutMs(RunMark.FENCING_MS))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException("cannot fence", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }
}
