package io.moor.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

/** The arrows inside the gateway. */
class GatewayArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.moor.gateway");

    private static final String[] CONTROL_PLANE = {
        "io.moor.gateway",
        "io.moor.gateway.access..",
        "io.moor.gateway.api..",
        "io.moor.gateway.attachment..",
        "io.moor.gateway.audit..",
        "io.moor.gateway.database..",
        "io.moor.gateway.drain..",
        "io.moor.gateway.event..",
        "io.moor.gateway.group..",
        "io.moor.gateway.http..",
        "io.moor.gateway.instance..",
        "io.moor.gateway.problem..",
        "io.moor.gateway.reconcile..",
        "io.moor.gateway.registration..",
        "io.moor.gateway.sync..",
        "io.moor.gateway.volume.."
    };

    @Test
    void sidecarAndControlPlaneShareOnlyTheProtocol() {
        noClasses()
                .that()
                .resideInAPackage("io.moor.gateway.sidecar..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CONTROL_PLANE)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL_PLANE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.moor.gateway.sidecar..")
                .check(CLASSES);
        classes()
                .that()
                .resideInAPackage("io.moor.gateway.protocol..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.moor.gateway.protocol..", "java..", "org.jspecify.annotations..")
                .check(CLASSES);
    }

    @Test
    void onlyTheEdgesKnowTheTechnology() {
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL_PLANE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.minio..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.moor.gateway", "io.moor.gateway.http..", "io.moor.gateway.api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx..")
                .check(CLASSES);
        noClasses()
                .that()
                .areRecords()
                .and()
                .resideInAnyPackage(
                        "io.moor.gateway.attachment",
                        "io.moor.gateway.drain",
                        "io.moor.gateway.event",
                        "io.moor.gateway.group",
                        "io.moor.gateway.instance",
                        "io.moor.gateway.volume")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..", "io.moor.gateway.database..", "com.fasterxml..", "io.vertx..")
                .check(CLASSES);
    }

    @Test
    void onlyStoresSpeakSql() {
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL_PLANE)
                .and()
                .resideOutsideOfPackage("io.moor.gateway.database..")
                .and()
                .haveSimpleNameNotStartingWith("Postgres")
                .and()
                .haveSimpleNameNotStartingWith("IdempotentChanges")
                .and()
                .doNotHaveSimpleName("ProviderWork")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .check(CLASSES);
    }

    @Test
    void featuresDoNotGoInCircles() {
        slices().matching("io.moor.gateway.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
