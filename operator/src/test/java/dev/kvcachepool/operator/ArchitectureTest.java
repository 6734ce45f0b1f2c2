package dev.kvcachepool.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
    private static final String BASE = "dev.kvcachepool.operator.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.kvcachepool.operator");

    @Test
    void arrowsPointDownward() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("app")
                .definedBy(BASE + "app..")
                .layer("reconcile")
                .definedBy(BASE + "reconcile..")
                .layer("pin")
                .definedBy(BASE + "pin..")
                .layer("dependent")
                .definedBy(BASE + "dependent..")
                .layer("watch")
                .definedBy(BASE + "watch..")
                .layer("status")
                .definedBy(BASE + "status..")
                .layer("probe")
                .definedBy(BASE + "probe..")
                .layer("roll")
                .definedBy(BASE + "roll..")
                .layer("scale")
                .definedBy(BASE + "scale..")
                .layer("events")
                .definedBy(BASE + "events..")
                .layer("webhook")
                .definedBy(BASE + "webhook..")
                .layer("inject")
                .definedBy(BASE + "inject..")
                .layer("desired")
                .definedBy(BASE + "desired..")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("reconcile")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("pin")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("webhook")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("inject")
                .mayOnlyBeAccessedByLayers("webhook")
                .whereLayer("dependent")
                .mayOnlyBeAccessedByLayers("reconcile")
                .whereLayer("watch")
                .mayOnlyBeAccessedByLayers("reconcile")
                .whereLayer("status")
                .mayOnlyBeAccessedByLayers("scale", "reconcile", "pin", "app")
                .whereLayer("probe")
                .mayOnlyBeAccessedByLayers("status", "scale", "reconcile", "pin", "app")
                .whereLayer("roll")
                .mayOnlyBeAccessedByLayers("reconcile", "app")
                .whereLayer("scale")
                .mayOnlyBeAccessedByLayers("reconcile", "app")
                .whereLayer("events")
                .mayOnlyBeAccessedByLayers("dependent", "roll", "scale", "reconcile", "pin", "app")
                .check(CLASSES);
    }

    @Test
    void whatThereShallBeIsComputedWithoutClientOrClock() {
        noClasses()
                .that()
                .resideInAnyPackage(BASE + "desired..", BASE + "inject..", BASE + "status..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javaoperatorsdk..", "org.apache.kafka..")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "getenv")
                .check(CLASSES);
    }

    @Test
    void kafkaIsAskedByTheProbeOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "probe..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "dev.kvcachepool.prefixadvert.kafka..")
                .check(CLASSES);
    }
}
