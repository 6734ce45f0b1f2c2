package dev.kvcachepool.cachenode;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
    private static final String BASE = "dev.kvcachepool.cachenode.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.kvcachepool.cachenode");

    @Test
    void arrowsPointDownward() {
        check(Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("app")
                .definedBy(BASE + "app..")
                .layer("adverts")
                .definedBy(BASE + "adverts..")
                .layer("lifecycle")
                .definedBy(BASE + "lifecycle..")
                .layer("resp")
                .definedBy(BASE + "resp..")
                .layer("lm")
                .definedBy(BASE + "lm..")
                .layer("access")
                .definedBy(BASE + "access..")
                .layer("net")
                .definedBy(BASE + "net..")
                .layer("nearby")
                .definedBy(BASE + "nearby..")
                .layer("pool")
                .definedBy(BASE + "pool..")
                .layer("peer")
                .definedBy(BASE + "peer..")
                .layer("share")
                .definedBy(BASE + "share..")
                .layer("placement")
                .definedBy(BASE + "placement..")
                .layer("store")
                .definedBy(BASE + "store..")
                .layer("key")
                .definedBy(BASE + "key..")
                .layer("tenant")
                .definedBy(BASE + "tenant..")
                .layer("tier")
                .definedBy(BASE + "tier..")
                .layer("disk")
                .definedBy(BASE + "disk..")
                .layer("kept")
                .definedBy(BASE + "kept..")
                .layer("folder")
                .definedBy(BASE + "folder..")
                .layer("gpu")
                .definedBy(BASE + "gpu..")
                .layer("memory")
                .definedBy(BASE + "memory..")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("adverts")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("lifecycle")
                .mayOnlyBeAccessedByLayers("app", "adverts")
                .whereLayer("resp")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("lm")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("access")
                .mayOnlyBeAccessedByLayers("resp", "app")
                .whereLayer("net")
                .mayOnlyBeAccessedByLayers("resp", "lm", "app")
                .whereLayer("nearby")
                .mayOnlyBeAccessedByLayers("adverts", "app")
                .whereLayer("pool")
                .mayOnlyBeAccessedByLayers("nearby", "resp", "app")
                .whereLayer("peer")
                .mayOnlyBeAccessedByLayers("nearby", "pool", "resp", "app")
                .whereLayer("share")
                .mayOnlyBeAccessedByLayers("resp", "app")
                .whereLayer("placement")
                .mayOnlyBeAccessedByLayers("peer", "nearby", "pool", "adverts", "app")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("peer", "nearby", "pool", "net", "resp", "lm", "app", "adverts")
                .whereLayer("key")
                .mayOnlyBeAccessedByLayers("placement", "nearby", "store", "access", "resp", "lm", "adverts")
                .whereLayer("tenant")
                .mayOnlyBeAccessedByLayers("store", "app")
                .whereLayer("tier")
                .mayOnlyBeAccessedByLayers("tenant", "store", "resp", "app")
                .whereLayer("disk")
                .mayOnlyBeAccessedByLayers("store", "app")
                .whereLayer("kept")
                .mayOnlyBeAccessedByLayers("store", "app")
                .whereLayer("folder")
                .mayOnlyBeAccessedByLayers("disk", "kept")
                .whereLayer("gpu")
                .mayOnlyBeAccessedByLayers("store", "app")
                .whereLayer("memory")
                .mayOnlyBeAccessedByLayers(
                        "gpu", "disk", "kept", "tier", "store", "share", "peer", "nearby", "pool", "net", "resp", "lm",
                        "app"));
    }

    @Test
    void kafkaIsImportedByAdvertsOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "adverts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "dev.kvcachepool.prefixadvert.kafka.."));
    }

    @Test
    void yamlIsReadByAccessOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "access..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml.."));
    }

    @Test
    void cudaIsImportedByTheGpuTierOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "gpu..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jcuda.."));
    }

    @Test
    void socketsAreOpenedForProtocolsAndTowardsPeersOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        BASE + "net..", BASE + "peer..", BASE + "disk..", BASE + "kept..", BASE + "folder..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(Server|Datagram|Multicast)?Socket|java\\.nio\\.channels\\..*"));
    }

    @Test
    void theDataPathKnowsNoFramework() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(BASE + "app..", BASE + "adverts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..", "jakarta..", "picocli..", "io.micrometer..", "io.smallrye..", "org.eclipse.."));
    }

    @Test
    void routersAreAskedByWhoReadsFromOtherNodesOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "nearby..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http.."));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
