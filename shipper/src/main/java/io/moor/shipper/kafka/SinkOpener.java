package io.moor.shipper.kafka;

import io.moor.shipper.Origin;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

import java.util.Map;

/** Makes one kind of sink. */
@FunctionalInterface
public interface SinkOpener {

    /**
     * What a sink is for.
     *
     * @param properties of a KafkaProducer; with {@code transactional.id} when transactional
     * @param checkpointsId the topic that holds what was committed; zero when that is not known
     * @param transactional whether lines and checkpoints are committed together
     */
    record Plan(
            Map<String, Object> properties,
            Origin origin,
            Uuid checkpointsId,
            boolean transactional) {

        public Plan {
            properties = Map.copyOf(properties);
        }

        /** Properties may be secret. */
        @Override
        public String toString() {
            return "Plan[origin=" + origin + ", transactional=" + transactional + "]";
        }
    }

    /**
     * Makes a sink; nothing is fenced before {@link LogSink#takeOver}.
     *
     * @throws KafkaException when the properties are no good
     */
    LogSink open(Plan plan);
}
