package dev.kvcachepool.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "dev.kvcachepool.engine";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void dependenciesPointDownward() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("app")
                .definedBy(ROOT + ".app..")
                .layer("http")
                .definedBy(ROOT + ".http..")
                .layer("serve")
                .definedBy(ROOT + ".serve..")
                .layer("quality")
                .definedBy(ROOT + ".quality..")
                .layer("blend")
                .definedBy(ROOT + ".blend..")
                .layer("pool")
                .definedBy(ROOT + ".pool..")
                .layer("model")
                .definedBy(ROOT + ".model..")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("serve")
                .mayOnlyBeAccessedByLayers("http", "app")
                .whereLayer("quality")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("blend")
                .mayOnlyBeAccessedByLayers("serve", "quality", "app")
                .whereLayer("pool")
                .mayOnlyBeAccessedByLayers("blend", "serve", "app")
                .check(CLASSES);
    }

    @Test
    void onlyTheModelKnowsJlamaAndOnlyEventsKnowKafka() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".model..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.tjake..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".blend..", ROOT + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }
}
