package dev.kvcachepool.prefixadvert;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** Who may import whom in this module. */
class RoomsTest {
    private static final String ROOT = "dev.kvcachepool.prefixadvert.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.kvcachepool.prefixadvert");

    @Test
    void roomsImportOnlyWhatTheyMay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("wire")
                .definedBy(ROOT + "wire..")
                .layer("hash")
                .definedBy(ROOT + "hash..")
                .layer("index")
                .definedBy(ROOT + "index..")
                .layer("anyposition")
                .definedBy(ROOT + "anyposition..")
                .layer("table")
                .definedBy(ROOT + "table..")
                .layer("publish")
                .definedBy(ROOT + "publish..")
                .layer("kafka")
                .definedBy(ROOT + "kafka..")
                .whereLayer("wire")
                .mayNotAccessAnyLayer()
                .whereLayer("hash")
                .mayOnlyAccessLayers("wire")
                .whereLayer("index")
                .mayOnlyAccessLayers("wire")
                .whereLayer("anyposition")
                .mayOnlyAccessLayers("index", "wire")
                .whereLayer("table")
                .mayOnlyAccessLayers("index", "wire")
                .whereLayer("publish")
                .mayOnlyAccessLayers("wire")
                .check(CLASSES);
    }

    @Test
    void kafkaIsImportedInItsRoomOnly() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }
}
