package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.common.KafkaException;

import java.util.List;
import java.util.concurrent.ExecutionException;

/** Ends open transactions of producers that are known, or ruled, to be gone. */
public final class Fencing {

    /** Of nobody: whoever asks is no shipper. */
    private static final RunMark NO_RUN = new RunMark(-1);

    private Fencing() {}

    /**
     * Aborts the open transaction of an origin's last shipper, if there is one, and fences it.
     *
     * @return false when Kafka knows no shipper of the origin: there is nothing to end then
     * @throws KafkaException when Kafka does not do it
     */
    public static boolean fence(Admin admin, Origin origin) {
        if (LastProducer.of(admin, origin, NO_RUN) == LastProducer.NOBODY) {
            return false;
        }
        call(admin, origin.transactionalId(), RunMark.FENCING_MS);
        return true;
    }

    /**
     * Aborts an open transaction that is overdue. Its shipper is not ended: when it is alive, and
     * nobody else took its origin, it finds the mark and goes on.
     *
     * @throws KafkaException when Kafka does not do it
     */
    static void endOverdue(Admin admin, String transactionalId) {
        call(admin, transactionalId, RunMark.ENDED_MS);
    }

    private static void call(Admin admin, String transactionalId, int markMs) {
        try {
            admin.fenceProducers(
                            List.of(transactionalId),
                            // Kafka takes it for the timeout of the fencing producer, too.
                            new FenceProducersOptions().timeoutMs(markMs))
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
