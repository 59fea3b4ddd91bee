package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.admin.Admin;

import java.util.Map;

/** What other shippers of a cluster do to one, without waiting until they do. */
public final class Neighbours {

    private Neighbours() {}

    /** As a start that was held up by the open transaction of an origin for too long. */
    public static void endOverdue(String kafka, Origin origin) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            Fencing.endOverdue(admin, origin.transactionalId());
        }
    }
}
