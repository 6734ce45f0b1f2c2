package dev.kvcachepool.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterMemoryTest {
    private static final String EMBEDDED =
            "tokenizers: [{model: a, configMapRef: {name: a}}, {model: b, engine: true}]";

    private static RouterMemory memory(String router) {
        var pool = new KubernetesSerialization().unmarshal("""
                        apiVersion: kvcachepool.dev/v1alpha1
                        kind: KVCachePool
                        metadata: {name: p, namespace: n, uid: u}
                        spec:
                          tiers: {host: {size: 1Gi}}
                          adverts: {bootstrapServers: "kafka:9092"}
                          router: {%s}
                        """.formatted(router), KVCachePool.class);
        return RouterMemory.of(new PoolContext(pool, new Release("1", "node", "router")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "policy: adverts | 2Gi | 1024",
                "'tokenizers: [{model: b, engine: true}]' | 2176Mi | 1152",
                "'" + EMBEDDED + "' | 2818Mi | 1152",
                "'" + EMBEDDED + ", tokenizing: {threads: 8, cacheSize: 1Gi}' | 5064Mi | 2048",
            })
    void theLimitHasRoomForTheTokenizersBesideTheHeap(String router, String limit, long heap) {
        // When
        var memory = memory(router);
        // Then
        assertThat(memory.limit()).isEqualTo(new Quantity(limit));
        assertThat(memory.heapMebibytes(memory.limit())).isEqualTo(heap);
    }

    @Test
    void aUsersLimitIsSharedAfterWhatTheTokenizersTake() {
        // Given
        var memory = memory(EMBEDDED);
        // When, Then
        assertThat(memory.heapMebibytes(new Quantity("8Gi")))
                .isEqualTo(128 + (8 * 1024 - 128 - memory.nativeBytes() / (1 << 20)) / 2);
        assertThat(memory.heapMebibytes(new Quantity("512Mi"))).isEqualTo(128);
    }
}
