package dev.kvcachepool.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.probe.RouterIndex.Holder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepartedHoldersTest {
    /** What is there. */
    private record Fake(OptionalInt replicas, Set<String> objects) implements DepartedHolders.Cluster {
        @Override
        public boolean lacksPod(String name) {
            return !objects.contains(name);
        }

        @Override
        public boolean lacksNode(String name) {
            return !objects.contains(name);
        }
    }

    private static KVCachePool pool(String placement) {
        return new KubernetesSerialization().unmarshal("""
                        apiVersion: kvcachepool.dev/v1alpha1
                        kind: KVCachePool
                        metadata: {name: p, namespace: n, uid: u}
                        spec:
                          placement: %s
                          tiers: {host: {size: 1Gi}}
                          adverts: {bootstrapServers: "kafka:9092"}
                        """.formatted(placement), KVCachePool.class);
    }

    private static Holder silent(String id) {
        return new Holder(id, 7, "serving", "not-picked");
    }

    @ParameterizedTest
    @CsvSource({
        "u.p-2, true",
        "u.p-10, true",
        "u.p-1, false", // its ordinal is one of the StatefulSet's: its pod comes back
        "u.p-3, false", // its pod is still there
        "u.p-02, false",
        "u.p-x, false",
        "u.p-99999999999, false",
        "u.q-2, false",
        "v.p-2, false",
        "p-2, false",
    })
    void anOrdinalBeyondTheReplicasWithoutAPodIsGone(String id, boolean gone) {
        // Given
        var departed = new DepartedHolders(pool("Pooled"), new Fake(OptionalInt.of(2), Set.of("p-0", "p-3")));
        // When, Then
        assertThat(departed.among(List.of(silent(id)))).hasSize(gone ? 1 : 0);
    }

    @Test
    void withoutAStatefulSetNobodyIs() {
        // Given
        var departed = new DepartedHolders(pool("Pooled"), new Fake(OptionalInt.empty(), Set.of()));
        // When, Then
        assertThat(departed.among(List.of(silent("u.p-2")))).isEmpty();
    }

    @Test
    void ofADeletedKubernetesNodeItsCacheNodeIsGone() {
        // Given
        var departed = new DepartedHolders(pool("NodeLocal"), new Fake(OptionalInt.empty(), Set.of("node-1")));
        // When
        var gone = departed.among(List.of(silent("u.node-1"), silent("u.node-2"), silent("v.node-3")));
        // Then
        assertThat(gone).containsExactly(silent("u.node-2"));
    }

    @Test
    void ofAnEnginesPodThatIsNotThereItsCacheNodeIsGone() {
        // Given
        var departed = new DepartedHolders(pool("Sidecar"), new Fake(OptionalInt.empty(), Set.of("vllm-1")));
        // When
        var gone = departed.among(List.of(silent("u.vllm-1"), silent("u.vllm-2"), silent("v.vllm-3")));
        // Then
        assertThat(gone).containsExactly(silent("u.vllm-2"));
    }

    @Test
    void whoSpeaksOrHasSaidSoHimselfIsLeftAlone() {
        // Given
        var departed = new DepartedHolders(pool("Pooled"), new Fake(OptionalInt.of(0), Set.of()));
        // When
        var gone = departed.among(List.of(
                new Holder("u.p-0", 7, "serving", "fresh"),
                new Holder("u.p-1", 7, "gone", "not-picked"),
                new Holder("u.p-2", 7, "serving", "quiet")));
        // Then
        assertThat(gone).extracting(Holder::id).containsExactly("u.p-2");
    }
}
