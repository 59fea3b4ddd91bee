package io.moor.bench;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes topics with one partition, or deletes them. Arguments: [--drop] BOOTSTRAP TOPIC… */
public final class Topic {

    private Topic() {}

    public static void main(String[] arguments) throws Exception {
        boolean drop = arguments[0].equals("--drop");
        List<String> rest = Arrays.asList(arguments).subList(drop ? 1 : 0, arguments.length);
        List<String> names = rest.subList(1, rest.size());
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, rest.getFirst()))) {
            if (drop) {
                admin.deleteTopics(names).all().get();
                return;
            }
            admin.createTopics(
                            names.stream()
                                    .map(name ->
                                            new NewTopic(name, Optional.of(1), Optional.empty()))
                                    .toList())
                    .all()
                    .get();
        }
    }
}
