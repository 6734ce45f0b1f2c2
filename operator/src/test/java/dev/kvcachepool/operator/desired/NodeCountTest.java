package dev.kvcachepool.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeCountTest {
    private static KVCachePool pool(String spec, Integer decided) {
        var status = decided == null
                ? ""
                : "status: {autoscaling: {desired: " + decided + ", reason: AsNeeded, message: as needed}}";
        return new KubernetesSerialization()
                .unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n}
            spec: {%s}
            """.formatted(spec.replace(';', ',')) + status, KVCachePool.class);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # specification, decided on before, what the StatefulSet has, what there shall be
            '',                               -, -, 1
            '',                               -, 4, 1
            replicas: 0,                      -, 4, 0
            replicas: 3,                      7, 4, 3
            autoscaling: {min: 2; max: 5},    -, -, 2
            autoscaling: {min: 2; max: 5},    -, 4, 4
            autoscaling: {min: 2; max: 5},    -, 9, 5
            autoscaling: {min: 2; max: 5},    3, 4, 3
            autoscaling: {min: 2; max: 5},    9, 4, 5
            autoscaling: {min: 2; max: 5},    1, 4, 2
            # spec.autoscaling was taken away
            '',                               4, 4, 4
            """)
    void whoeverSaysMostWins(String spec, Integer decided, Integer present, int expected) {
        assertThat(NodeCount.of(pool(spec, decided), present)).isEqualTo(expected);
    }
}
