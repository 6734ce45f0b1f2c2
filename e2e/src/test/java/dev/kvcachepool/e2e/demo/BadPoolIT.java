package dev.kvcachepool.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A pool whose pods can't run, on the local runtime, where pods are real: it says why, and heals alone. */
class BadPoolIT {
    private static final String NAME = "bad";

    private static String degraded(DemoKubernetes kubernetes) {
        var status = kubernetes.pool(NAME).getStatus();
        return status == null
                ? ""
                : status.conditions().stream()
                        .filter(condition -> condition.getType().equals("Degraded"))
                        .map(Condition::getMessage)
                        .findFirst()
                        .orElse("");
    }

    private static void patch(DemoKubernetes kubernetes, String spec) {
        kubernetes
                .client()
                .resources(KVCachePool.class)
                .inNamespace(DemoKubernetes.NAMESPACE)
                .withName(NAME)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": " + spec + "}");
    }

    @Test
    void aBadImageAndABadVariableAreNamedAndMendedByTheUser() throws Exception {
        // Given
        try (var kubernetes = new LocalKubernetes(Fixture.ROOT, Fixture.work("bad-pool"), Map.of())) {
            kubernetes.awaitOperator();
            var pool = new KubernetesSerialization()
                    .unmarshal("""
                    apiVersion: kvcachepool.dev/v1alpha1
                    kind: KVCachePool
                    metadata: {name: bad, namespace: demo}
                    spec:
                      replicas: 1
                      image: kvcachepool/no-such-program
                      tiers: {host: {size: 64Mi}}
                      adverts: {bootstrapServers: "%s", replication: 1}
                      router: {enabled: false}
                    """.formatted(Fixture.broker().address()), KVCachePool.class);
            // When
            kubernetes.manifests().apply(pool);
            // Then
            kubernetes.await("the image is named", () -> degraded(kubernetes).contains("check spec.image"));
            patch(
                    kubernetes,
                    "{\"image\": null, \"template\": {\"env\": [{\"name\": \"KVP_MAX_CONNECTIONS\", \"value\": \"x\"}]}}");
            kubernetes.await(
                    "the crash is named", () -> degraded(kubernetes).contains("look at kubectl logs of the pod"));
            patch(kubernetes, "{\"template\": {\"env\": null}}");
            kubernetes.await("the pool is ready", () -> kubernetes.is(NAME, "Ready"));
            assertThat(degraded(kubernetes)).isEqualTo("nothing is wrong");
            kubernetes.deletePools();
        }
    }
}
