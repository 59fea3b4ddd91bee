package io.moor.bench;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Makes topics with one partition. Arguments: BOOTSTRAP TOPIC… */
public final class Topic {

    private Topic() {}

    public static void main(String[] arguments) throws Exception {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]))) {
            admin.createTopics(
                            Arrays.stream(arguments)
                                    .skip(1)
                                    .map(name ->
                                            new NewTopic(name, Optional.of(1), Optional.empty()))
                                    .toList())
                    .all()
                    .get();
        }
    }
}
