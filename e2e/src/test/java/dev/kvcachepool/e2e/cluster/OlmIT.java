package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.PodsScene.CLUSTER;
import static dev.kvcachepool.e2e.cluster.PodsScene.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The bundle installed by Operator Lifecycle Manager's own operators from a catalog that opm serves, on a real kubelet:
 * subscribed to, upgraded, and taken away. The catalog has the bundle's objects in it, so that no image of it is pulled.
 */
@Tag("olm")
@ExtendWith(PodsScene.Keep.class)
class OlmIT {
    private static final Path BUNDLE = CLUSTER.root().resolve("manifests/olm/bundle/manifests");
    private static final String PACKAGE = "kvcachepool-operator";
    private static final String VERSION = "0.1.0-snapshot";
    private static final String NEXT = "0.1.1-next";
    private static final String NAMESPACE = PodsScene.OPERATOR;
    private static final String POOLS = "test-olm";

    @BeforeAll
    static void olmAndACatalog() throws IOException {
        CLUSTER.tag("docker.io/kvcachepool/operator:0.1.0-SNAPSHOT", "docker.io/kvcachepool/operator:next");
        CLUSTER.kubectl("apply", "-f", file("olm.yaml")).mustSucceed();
        config("package", "%s%s".formatted(packageOf(), channel()));
        config("this", bundle(VERSION, ""));
        config("next", bundle(NEXT, VERSION));
        for (var name : List.of("olm-operator", "catalog-operator", "catalog")) {
            CLUSTER.kubectl("-n", "olm", "rollout", "status", "deployment/" + name, "--timeout=120s")
                    .mustSucceed();
        }
        CLUSTER.kubectl("create", "namespace", NAMESPACE).mustSucceed();
        CLUSTER.kubectl("create", "namespace", POOLS).mustSucceed();
    }

    @AfterAll
    static void nothingStays() {
        CLUSTER.kubectl("delete", "namespace", POOLS, NAMESPACE, "--ignore-not-found", "--timeout=120s");
        // Which OLM leaves, and a chart would not take over.
        CLUSTER.kubectl(
                "delete", "crd", "kvcachepools.kvcachepool.dev", "prefixpins.kvcachepool.dev", "--ignore-not-found");
        CLUSTER.kubectl("delete", "-f", file("olm.yaml"), "--ignore-not-found", "--timeout=120s");
    }

    @Test
    void olmInstallsTheOperatorUpgradesItAndTakesItAway() {
        // When it is subscribed to, and the plan is approved
        apply("""
                apiVersion: operators.coreos.com/v1
                kind: OperatorGroup
                metadata: {name: all}
                ---
                apiVersion: operators.coreos.com/v1alpha1
                kind: CatalogSource
                metadata: {name: catalog}
                spec: {sourceType: grpc, address: "catalog.olm.svc:50051"}
                ---
                apiVersion: operators.coreos.com/v1alpha1
                kind: Subscription
                metadata: {name: %1$s}
                spec:
                  name: %1$s
                  channel: stable
                  source: catalog
                  sourceNamespace: %2$s
                  startingCSV: %1$s.v%3$s
                  installPlanApproval: Manual
                """.formatted(PACKAGE, NAMESPACE, VERSION));
        approve(VERSION);

        // Then OLM says that it is there, and it works under the rights that OLM gave it
        succeeded(VERSION);
        pool();
        var before = operatorImage();

        // When the next version is approved
        approve(NEXT);

        // Then it takes the place of the one before, and the pool stays as it is
        succeeded(NEXT);
        patiently()
                .untilAsserted(() ->
                        assertThat(get("csv", "{.items[*].metadata.name}")).isEqualTo(PACKAGE + ".v" + NEXT));
        assertThat(operatorImage()).isEqualTo("kvcachepool/operator:next").isNotEqualTo(before);
        CLUSTER.kubectl("-n", POOLS, "delete", "kvcachepool", "small", "--timeout=120s")
                .mustSucceed();

        // When the user takes it away, then its Deployment goes, and the definitions, with what users made of them,
        // stay
        CLUSTER.kubectl("-n", NAMESPACE, "delete", "subscription,csv", "--all", "--timeout=60s")
                .mustSucceed();
        patiently()
                .untilAsserted(() -> assertThat(get("deployments", "{.items[*].metadata.name}"))
                        .isEmpty());
        CLUSTER.kubectl("get", "crd", "kvcachepools.kvcachepool.dev", "prefixpins.kvcachepool.dev")
                .mustSucceed();
    }

    private static void approve(String version) {
        var plan = new ArrayList<String>();
        patiently().untilAsserted(() -> {
            plan.clear();
            plan.addAll(List.of(get(
                            "installplans",
                            "{range .items[?(@.spec.clusterServiceVersionNames[0]=='%s.v%s')]}{.metadata.name} {end}"
                                    .formatted(PACKAGE, version))
                    .split(" ")));
            assertThat(plan.getFirst()).isNotEmpty();
        });
        CLUSTER.kubectl(
                        "-n",
                        NAMESPACE,
                        "patch",
                        "installplan",
                        plan.getFirst(),
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"approved\":true}}")
                .mustSucceed();
    }

    private static void succeeded(String version) {
        patiently()
                .untilAsserted(() -> assertThat(get(
                                "csv",
                                "{.items[?(@.metadata.name=='%s.v%s')].status.phase}".formatted(PACKAGE, version)))
                        .isEqualTo("Succeeded"));
    }

    private static String operatorImage() {
        return get("pods", "{.items[0].spec.containers[0].image}");
    }

    private static String get(String kind, String path) {
        return CLUSTER.kubectl("-n", NAMESPACE, "get", kind, "-o", "jsonpath=" + path)
                .mustSucceed();
    }

    /** One of which a pod is to be seen. */
    private static void pool() {
        CLUSTER.kubectlWith("""
                        apiVersion: kvcachepool.dev/v1alpha1
                        kind: KVCachePool
                        metadata: {name: small}
                        spec:
                          replicas: 1
                          tiers: {host: {size: 64Mi}}
                          adverts: {bootstrapServers: "kafka:9092"}
                          router: {enabled: false}
                        """, "-n", POOLS, "apply", "-f", "-").mustSucceed();
        CLUSTER.kubectl("-n", POOLS, "wait", "--for=create", "statefulset/small", "--timeout=60s")
                .mustSucceed();
    }

    private static void apply(String yaml) {
        CLUSTER.kubectlWith(yaml, "-n", NAMESPACE, "apply", "-f", "-").mustSucceed();
    }

    private static String file(String name) {
        return CLUSTER.root().resolve("e2e/cluster").resolve(name).toString();
    }

    /** A part of the catalog; too long for an annotation, so it is replaced and not applied. */
    private static void config(String name, String text) throws IOException {
        var file = Files.createTempFile("catalog", ".yaml");
        Files.writeString(file, text);
        CLUSTER.kubectl("-n", "olm", "create", "configmap", "catalog-" + name, "--from-file=" + name + ".yaml=" + file)
                .mustSucceed();
    }

    private static String packageOf() {
        return """
                ---
                schema: olm.package
                name: %s
                defaultChannel: stable
                """.formatted(PACKAGE);
    }

    private static String channel() {
        return """
                ---
                schema: olm.channel
                package: %1$s
                name: stable
                entries:
                  - {name: %1$s.v%2$s}
                  - {name: %1$s.v%3$s, replaces: %1$s.v%2$s}
                """.formatted(PACKAGE, VERSION, NEXT);
    }

    private static String bundle(String version, String replaces) throws IOException {
        var text = new StringBuilder("""
                ---
                schema: olm.bundle
                package: %1$s
                name: %1$s.v%2$s
                image: ""
                properties:
                  - {type: olm.package, value: {packageName: %1$s, version: %2$s}}
                  - {type: olm.gvk, value: {group: kvcachepool.dev, kind: KVCachePool, version: v1alpha1}}
                  - {type: olm.gvk, value: {group: kvcachepool.dev, kind: PrefixPin, version: v1alpha1}}
                """.formatted(PACKAGE, version));
        try (var files = Files.list(BUNDLE)) {
            for (var each : files.sorted().toList()) {
                var data = Base64.getEncoder().encodeToString(object(each, version, replaces));
                text.append("  - {type: olm.bundle.object, value: {data: ")
                        .append(data)
                        .append("}}\n");
            }
        }
        return text.toString();
    }

    /** An object of the bundle as JSON; of another version than the files', with the name, the image and what it replaces. */
    private static byte[] object(Path file, String version, String replaces) throws IOException {
        var yaml = Files.readString(file);
        if (!replaces.isEmpty()) {
            yaml = yaml.replace(PACKAGE + ".v" + VERSION, PACKAGE + ".v" + version)
                    .replace("image: kvcachepool/operator:0.1.0-SNAPSHOT", "image: kvcachepool/operator:next")
                    .replace(
                            "\n  version: 0.1.0-SNAPSHOT",
                            "\n  version: %s\n  replaces: %s.v%s".formatted(version, PACKAGE, replaces));
        } else {
            yaml = yaml.replace("\n  version: 0.1.0-SNAPSHOT", "\n  version: " + version);
        }
        var serialization = new KubernetesSerialization();
        return serialization.asJson(serialization.unmarshal(yaml, Map.class)).getBytes(StandardCharsets.UTF_8);
    }
}
