package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.admin.Admin;

import java.util.stream.Stream;

/** Makes the producers of one run of a shipper. Nothing is fenced before they take over. */
public final class SinkFactory {

    private static final int SMALLEST_BATCH = 512;
    private static final int LARGEST_BATCH = 256 << 10;

    private final KafkaClients clients;
    private final Origin origin;
    private final boolean exactlyOnce;
    private final SinkOpener opener;
    private final RunMark mark;

    public SinkFactory(
            KafkaClients clients, Origin origin, boolean exactlyOnce, SinkOpener opener) {
        this.clients = clients;
        this.origin = origin;
        this.exactlyOnce = exactlyOnce;
        this.opener = opener;
        this.mark = clients.drawMark();
    }

    /** A producer for these topics. */
    public LogSink make(Topics.Look topics) {
        int batchBytes = batchBytes(topics);
        return opener.open(
                new SinkOpener.Plan(
                        exactlyOnce
                                ? clients.transactionalProducer(origin, batchBytes, mark)
                                : clients.plainProducer(batchBytes),
                        origin,
                        topics.checkpoints().id(),
                        exactlyOnce));
    }

    /** Who took the origin over last; without transactions only claims tell. */
    public LastProducer last(Admin admin) {
        return exactlyOnce ? LastProducer.of(admin, origin, mark) : LastProducer.NOBODY;
    }

    /** Ends the open transaction of this run, unless another one took over. */
    public void end(Admin admin) {
        if (last(admin) == LastProducer.OURS) {
            Fencing.endOverdue(admin, origin.transactionalId());
        }
    }

    /** Batches below the smallest limit, and small enough to share the buffer. */
    public static int batchBytes(Topics.Look look) {
        int smallest =
                Stream.concat(look.usable().values().stream(), Stream.of(look.checkpoints()))
                        .mapToInt(Topics.Topic::maxRecordBytes)
                        .min()
                        .orElse(LARGEST_BATCH);
        return Math.max(SMALLEST_BATCH, Math.min(LARGEST_BATCH, smallest / 2));
    }
}
