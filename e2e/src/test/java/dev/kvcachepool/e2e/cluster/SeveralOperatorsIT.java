package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.kube.KubeApi;
import dev.kvcachepool.e2e.process.Program;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of several operators one acts; an operator of some namespaces leaves the others alone. */
class SeveralOperatorsIT {
    private static final String SPEC = """
            replicas: 1
            tiers: {host: {size: 1Gi}}
            adverts: {bootstrapServers: "127.0.0.1:9"}
            """;

    @Test
    void whenTheOneThatActsIsKilledAnotherGoesOn() throws Exception {
        // Given
        var namespace = CLUSTER.namespace();
        var first = OperatorFixture.operator();
        apply(namespace, "before", SPEC);
        awaitCondition(namespace, "before", "Ready", "True");
        // Whoever runs tests after this one is served by the second.
        var second = OperatorFixture.startWaitingOperator("operator-2");
        OperatorFixture.succeededBy(second);
        // When
        first.kill();
        apply(namespace, "after", SPEC);
        // Then
        awaitCondition(namespace, "after", "Ready", "True");
        await("the second says what it did")
                .untilAsserted(() -> assertThat(metrics(second))
                        .contains("kvcachepool_operator_events_total{reason=\"ChildCreated\",type=\"Normal\"}"));
    }

    private static String metrics(Program operator) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + operator.address("http") + "/metrics"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void anOperatorOfSomeNamespacesLeavesTheOthersAlone() throws Exception {
        // Given
        try (var api = KubeApi.start()) {
            var folder = Fixture.work("namespaced");
            var kubeconfig = api.writeKubeconfig(folder);
            try (var client = new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                    .build()) {
                for (var kind : List.of("kvcachepools", "prefixpins")) {
                    var file = Fixture.ROOT.resolve("crds/" + kind + ".kvcachepool.dev-v1.yaml");
                    try (var crd = Files.newInputStream(file)) {
                        client.load(crd).serverSideApply();
                    }
                }
                for (var namespace : List.of("mine", "theirs")) {
                    client.resource(new NamespaceBuilder()
                                    .withNewMetadata()
                                    .withName(namespace)
                                    .endMetadata()
                                    .build())
                            .create();
                    var pool = new KubernetesSerialization()
                            .unmarshal(OperatorFixture.yaml("pool", SPEC), KVCachePool.class);
                    pool.getMetadata().setNamespace(namespace);
                    client.resource(pool).create();
                }
                // When
                try (var operator = Program.start(
                        Fixture.ROOT,
                        "operator",
                        List.of("--http-port", "0", "--namespaces", "mine", "--lease-namespace", "mine"),
                        Map.of("KUBECONFIG", kubeconfig.toString()),
                        folder.resolve("operator.log"))) {
                    operator.await();
                    await("the own pool has its nodes")
                            .until(() -> client.apps()
                                            .statefulSets()
                                            .inNamespace("mine")
                                            .withName("pool")
                                            .get()
                                    != null);
                    // Then
                    assertThat(client.apps()
                                    .statefulSets()
                                    .inNamespace("theirs")
                                    .list()
                                    .getItems())
                            .isEmpty();
                }
            }
        }
    }
}
