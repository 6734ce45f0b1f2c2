package dev.kvcachepool.router;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the packages. */
class ArchitectureTest {
    private static final String ROUTER = "dev.kvcachepool.router.";
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.kvcachepool.router");

    @Test
    void theCoreKnowsNoFrameworkNoHttpAndNoKafka() {
        noClasses()
                .that()
                .resideInAnyPackage(ROUTER + "policy..", ROUTER + "endpoint..", ROUTER + "pick..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "io.vertx..",
                        "io.micrometer..",
                        "jakarta..",
                        "java.net.http..",
                        "org.apache.kafka..",
                        "com.fasterxml..",
                        "dev.kvcachepool.prefixadvert.kafka..")
                .check(MAIN);
    }

    @Test
    void policiesKnowNoEndpointsAndNoPicks() {
        noAccess("policy", "endpoint", "pick", "engines", "request", "extproc", "http", "metrics", "app");
    }

    @Test
    void endpointsKnowNoPoliciesAndNoPicks() {
        noAccess(
                "endpoint",
                "jinja",
                "tokens",
                "policy",
                "pick",
                "engines",
                "request",
                "extproc",
                "http",
                "metrics",
                "app");
    }

    @Test
    void picksKnowNoHttp() {
        noAccess("pick", "jinja", "tokens", "engines", "request", "extproc", "http", "metrics", "app");
    }

    @Test
    void routesKnowNoQuarkusAndNoCommandLine() {
        noAccess("http", "engines", "extproc", "app");
        noClasses()
                .that()
                .resideOutsideOfPackage(ROUTER + "app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "picocli..", "jakarta..")
                .check(MAIN);
    }

    @Test
    void whatEnginesSayOfTheirLoadKnowsEndpointsAlone() {
        noAccess("load", "policy", "pick", "engines", "request", "extproc", "http", "app");
    }

    @Test
    void whatRequestsAskForKnowsNoServer() {
        noAccess("request", "engines", "http", "extproc", "metrics", "app");
    }

    @Test
    void pinsKnowPicksAndNoRequests() {
        noAccess("pin", "engines", "request", "tokens", "http", "extproc", "app");
        noAccess("pick", "pin");
    }

    @Test
    void templatesKnowNothing() {
        noAccess(
                "jinja",
                "policy",
                "endpoint",
                "pick",
                "engines",
                "request",
                "tokens",
                "extproc",
                "http",
                "metrics",
                "app");
        noClasses()
                .that()
                .resideInAPackage(ROUTER + "jinja..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io..", "com..", "org.jboss..", "java.io..", "java.nio..", "java.net..")
                .check(MAIN);
    }

    @Test
    void tokensKnowNoServerAndAloneTheTokenizerLibrary() {
        noAccess("tokens", "policy", "engines", "extproc", "http", "app");
        noAccess("request", "tokens");
        noClasses()
                .that()
                .resideOutsideOfPackage(ROUTER + "tokens..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..")
                .check(MAIN);
    }

    @Test
    void onlyThePickerSpeaksGrpcAndItsExchangesKnowNone() {
        noAccess("extproc", "engines", "http", "app");
        noClasses()
                .that()
                .resideOutsideOfPackage(ROUTER + "extproc..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.envoyproxy..", "com.google.protobuf..")
                .check(MAIN);
        noClasses()
                .that()
                .haveSimpleName("PickerExchange")
                .or()
                .haveSimpleNameEndingWith("Side")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.envoyproxy..", "io.netty..")
                .check(MAIN);
    }

    @Test
    void onlyEnginesSpeaksToKubernetesAndItKnowsEndpointsAlone() {
        noAccess("engines", "policy", "pick", "request", "extproc", "http", "metrics", "app");
        noClasses()
                .that()
                .resideOutsideOfPackage(ROUTER + "engines..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..")
                .check(MAIN);
    }

    private static void noAccess(String from, String... to) {
        for (var target : to) {
            noClasses()
                    .that()
                    .resideInAPackage(ROUTER + from + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ROUTER + target + "..")
                    .check(MAIN);
        }
    }
}
