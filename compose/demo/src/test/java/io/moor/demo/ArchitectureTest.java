package io.moor.demo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

/**
 * Holds the arrows between the modules (docs/architecture.md): they point one way, and production
 * never loads the embedded stack.
 */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.moor");

    @Test
    void seesEveryModule() {
        for (String module : new String[] {"stack", "shipper", "volumes", "gateway", "demo"}) {
            assertThat(
                            CLASSES.stream()
                                    .anyMatch(type ->
                                            type.getPackageName().startsWith("io.moor." + module)))
                    .as(module)
                    .isTrue();
        }
    }

    @Test
    void shipperKnowsNothingOfVolumesOrTheGateway() {
        noClasses()
                .that()
                .resideInAPackage("io.moor.shipper..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.moor.volumes..",
                        "io.moor.gateway..",
                        "io.moor.demo..",
                        "io.moor.stack..")
                .check(CLASSES);
    }

    @Test
    void volumesKnowNothingOfKafkaPostgresqlOrTheGateway() {
        noClasses()
                .that()
                .resideInAPackage("io.moor.volumes..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.moor.shipper..",
                        "io.moor.gateway..",
                        "io.moor.demo..",
                        "io.moor.stack..",
                        "org.apache.kafka..",
                        "org.postgresql..",
                        "java.sql..",
                        "io.vertx..")
                .check(CLASSES);
    }

    /** So that nothing loads it before a bucket is opened. */
    @Test
    void onlyTheS3AdapterKnowsTheS3Client() {
        noClasses()
                .that()
                .resideInAPackage("io.moor..")
                .and()
                .resideOutsideOfPackages("io.moor.volumes.repository.s3..", "io.moor.stack..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.minio..", "okhttp3..")
                .check(CLASSES);
    }

    @Test
    void productionNeverLoadsTheEmbeddedStack() {
        noClasses()
                .that()
                .resideInAPackage("io.moor.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.moor.stack..", "io.moor.demo..")
                .check(CLASSES);
    }

    @Test
    void theStackKnowsNothingOfMoor() {
        noClasses()
                .that()
                .resideInAPackage("io.moor.stack..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.moor.shipper..",
                        "io.moor.volumes..",
                        "io.moor.gateway..",
                        "io.moor.demo..")
                .check(CLASSES);
    }

    @Test
    void sidecarAndControlPlaneShareOnlyTheProtocol() {
        noClasses()
                .that()
                .resideInAPackage("io.moor.gateway.sidecar..")
                .should()
                .dependOnClassesThat(
                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                                        "io.moor.gateway..")
                                .and(
                                        com.tngtech.archunit.core.domain.JavaClass.Predicates
                                                .resideOutsideOfPackages(
                                                        "io.moor.gateway.sidecar..",
                                                        "io.moor.gateway.protocol..")))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.moor.gateway..")
                .and()
                .resideOutsideOfPackages("io.moor.gateway.sidecar..", "io.moor.gateway.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.moor.gateway.sidecar..")
                .check(CLASSES);
    }

    /** So that an upgrade of kafka-clients breaks one place. */
    @Test
    void onlyTheDirectSinkKnowsTheInsideOfKafkasClients() {
        noClasses()
                .that()
                .resideInAPackage("io.moor..")
                .and()
                .resideOutsideOfPackages("io.moor.shipper.kafka.direct..", "io.moor.stack..")
                // Asks for topics without creating them.
                .and()
                .doNotHaveFullyQualifiedName("io.moor.shipper.kafka.ExistingTopics")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka.common.requests..",
                        "org.apache.kafka.common.network..",
                        "org.apache.kafka.common.message..",
                        "org.apache.kafka.common.protocol..",
                        "org.apache.kafka.common.compress..",
                        "org.apache.kafka.common.record..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.apache.kafka.clients.NetworkClient")
                .check(CLASSES);
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("io.moor.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
