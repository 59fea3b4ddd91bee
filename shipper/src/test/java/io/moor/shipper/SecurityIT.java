package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.broker.TestBroker;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A broker with TLS, logins and rights, through properties that are passed on as they are. */
class SecurityIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String STORE_PASSWORD = "changeit";

    @TempDir static Path shared;
    @TempDir Path work;

    private static TestBroker broker;
    private static Admin admin;
    private static String plain;
    private static String secured;
    private ShippingRig rig;

    @BeforeAll
    static void startBroker() throws Exception {
        Path keys = shared.resolve("keys.p12");
        keytool(
                "-genkeypair -alias broker -keyalg EC -dname CN=localhost -validity 2 -ext"
                        + " SAN=ip:127.0.0.1,dns:localhost -storetype PKCS12",
                keys);
        Path certificate = shared.resolve("broker.crt");
        keytool("-exportcert -alias broker -file " + certificate, keys);
        Path trust = shared.resolve("trust.p12");
        keytool(
                "-importcert -noprompt -alias broker -storetype PKCS12 -file " + certificate,
                trust);

        int port = TestBroker.freePort();
        int securedPort = TestBroker.freePort();
        int controller = TestBroker.freePort();
        Map<String, String> settings = new HashMap<>(TestBroker.alone(port, controller));
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,SASL_TLS://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(port, securedPort, controller));
        settings.put(
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:%d,SASL_TLS://127.0.0.1:%d".formatted(port, securedPort));
        settings.put(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS");
        settings.put("sasl.enabled.mechanisms", "PLAIN");
        settings.put(
                "listener.name.sasl_tls.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required"
                        + " user_shipper=\"pa55word\" user_nobody=\"pa55word\";");
        settings.put("ssl.keystore.location", keys.toString());
        settings.put("ssl.keystore.password", STORE_PASSWORD);
        settings.put("ssl.keystore.type", "PKCS12");
        broker = TestBroker.start(shared.resolve("kafka"), settings);
        plain = "127.0.0.1:" + port;
        secured = "127.0.0.1:" + securedPort;
        admin = Admin.create(Map.of("bootstrap.servers", plain));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        rig = new ShippingRig(work, plain);
        admin.createTopics(List.of(new NewTopic(rig.topic, 1, (short) 1))).all().get();
    }

    @ParameterizedTest
    @EnumSource
    void shipsWithTheRightsItNeedsAndWaitsForThoseItLost(Sink sink) throws Exception {
        rig.with(sink);
        grant();
        rig.write("app.log", "1\n");
        try (Shipper shipper = Shippers.start(rig.config("state", login("shipper")))) {
            rig.awaitLines(shipper, 1);

            admin.deleteAcls(List.of(topicRight(AclOperation.WRITE).toFilter())).all().get();
            rig.write("app.log", "2\n");
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> shipper.status().waitingFor().contains("'" + rig.topic + "'"));
            admin.createAcls(List.of(topicRight(AclOperation.WRITE))).all().get();
            rig.awaitLines(shipper, 2);

            admin.deleteAcls(List.of(transactions().toFilter())).all().get();
            rig.write("app.log", "3\n");
            Awaitility.await().atMost(LONG).until(() -> !shipper.status().waitingFor().isEmpty());
            admin.createAcls(List.of(transactions())).all().get();
            rig.awaitLines(shipper, 3);
            assertThat(shipper.drain(LONG).complete()).isTrue();
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2", "3");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void saysThatALoginIsRefused(Sink sink) {
        rig.with(sink);
        Map<String, String> wrong = new HashMap<>(login("shipper"));
        wrong.put("sasl.jaas.config", jaas("shipper", "wrong"));

        assertThatThrownBy(() -> Shippers.start(rig.config("state", wrong)))
                .isInstanceOfSatisfying(
                        ShipperException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(Reason.KAFKA_REFUSED);
                            assertThat(e.getMessage())
                                    .contains("refused the login")
                                    .doesNotContain("wrong");
                        });
    }

    @Test
    void saysThatARightIsMissing() {
        assertThatThrownBy(() -> Shippers.start(rig.config("state", login("nobody"))))
                .isInstanceOfSatisfying(
                        ShipperException.class,
                        e ->
                                assertThat(e.reason())
                                        .isIn(Reason.TOPIC_UNUSABLE, Reason.KAFKA_REFUSED));
    }

    private Map<String, String> login(String user) {
        return Map.of(
                "bootstrap.servers",
                secured,
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                jaas(user, "pa55word"),
                "ssl.truststore.location",
                shared.resolve("trust.p12").toString(),
                "ssl.truststore.password",
                STORE_PASSWORD,
                "ssl.truststore.type",
                "PKCS12",
                "delivery.timeout.ms",
                "4000",
                "request.timeout.ms",
                "2000");
    }

    private static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
                        .formatted(user)
                + " password=\"%s\";".formatted(password);
    }

    /** What docs/operations.md says that a shipper needs. */
    private void grant() throws Exception {
        admin.createAcls(
                        List.of(
                                topicRight(AclOperation.WRITE),
                                topicRight(AclOperation.DESCRIBE),
                                right(ResourceType.TOPIC, "moor.checkpoints", AclOperation.WRITE),
                                right(ResourceType.TOPIC, "moor.checkpoints", AclOperation.READ),
                                right(ResourceType.TOPIC, "moor.checkpoints", AclOperation.CREATE),
                                transactions()))
                .all()
                .get();
    }

    private AclBinding topicRight(AclOperation operation) {
        return right(ResourceType.TOPIC, rig.topic, operation);
    }

    private AclBinding transactions() {
        return right(
                ResourceType.TRANSACTIONAL_ID, rig.origin.transactionalId(), AclOperation.WRITE);
    }

    private static AclBinding right(ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:shipper", "*", operation, AclPermissionType.ALLOW));
    }

    private static void keytool(String arguments, Path store)
            throws IOException, InterruptedException {
        List<String> command =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/keytool")
                                        .toString()));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", STORE_PASSWORD));
        Path output = shared.resolve("keytool.out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor()).as(Files.readString(output)).isZero();
    }
}
