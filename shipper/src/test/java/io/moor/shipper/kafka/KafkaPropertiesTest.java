package io.moor.shipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.Set;

class KafkaPropertiesTest {

    /** What Kafka's own producer knows and we do not let through. */
    private static final Set<String> REFUSED =
            Set.of(
                    "acks",
                    "enable.idempotence",
                    "transactional.id",
                    "transaction.two.phase.commit.enable",
                    "interceptor.classes",
                    "partitioner.class",
                    "partitioner.ignore.keys",
                    "key.serializer",
                    "value.serializer");

    @Test
    void everyPropertyOfTheProducerCanBeSetButThose() {
        for (String name : ProducerConfig.configNames()) {
            Map<String, String> set = Map.of(name, "1");
            if (REFUSED.contains(name)) {
                assertThatThrownBy(() -> KafkaProperties.check(set, true))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("'" + name + "'")
                        .hasMessageContaining("remove it");
            } else {
                assertThatCode(() -> KafkaProperties.check(set, true)).doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "acks,1,every replica",
        "enable.idempotence,false,doubles lines",
        "partitioner.ignore.keys,true,partition of its key",
        "isolation.level,read_uncommitted,aborted",
        "allow.auto.create.topics,true,never created again"
    })
    void saysWhy(String name, String value, String why) {
        assertThatThrownBy(() -> KafkaProperties.check(Map.of(name, value), true))
                .hasMessageContaining(why);
    }

    @Test
    void whatChangesNothingIsAccepted() {
        assertThatCode(() ->
                        KafkaProperties.check(
                                Map.of("acks", "all", "enable.idempotence", "true"), true))
                .doesNotThrowAnyException();
        assertThatCode(() -> KafkaProperties.check(Map.of("enable.idempotence", "false"), false))
                .doesNotThrowAnyException();
    }

    /** A retry of the first of two requests would come after the second. */
    @Test
    void withoutProducerIdsOneRequestIsUnderWayAtATime() {
        Map<String, String> without = Map.of("enable.idempotence", "false");
        String requests = "max.in.flight.requests.per.connection";

        assertThat(new KafkaClients(without).plainProducer(1)).containsEntry(requests, 1);
        assertThat(new KafkaClients(Map.of()).plainProducer(1)).doesNotContainKey(requests);
        assertThatThrownBy(() ->
                        KafkaProperties.check(
                                Map.of("enable.idempotence", "false", requests, "5"), false))
                .hasMessageContaining("order of lines");
        assertThatCode(() -> KafkaProperties.check(Map.of(requests, "5"), false))
                .doesNotThrowAnyException();
    }

    @Test
    void numbersThatAreNoneAreFoundBeforeAClientIsMade() {
        assertThatThrownBy(() -> new KafkaClients(Map.of("buffer.memory", "much")).check())
                .hasMessageContaining("buffer.memory");
        assertThatThrownBy(() -> new KafkaClients(Map.of("transaction.timeout.ms", "soon")).check())
                .hasMessageContaining("transaction.timeout.ms");
    }
}
