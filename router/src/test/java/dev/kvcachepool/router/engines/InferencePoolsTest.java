package dev.kvcachepool.router.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferencePoolsTest {

    @Test
    void aPoolSelectsByAllItsLabelsAtAllItsPorts() {
        // When
        var selection = InferencePools.selection(Pools.of(Map.of("tier", "", "app", "vllm"), 8000, 8001), "ns");

        // Then
        assertThat(selection).contains(new EngineSelection("app=vllm,tier=", "ns", List.of(8000, 8001)));
    }

    @Test
    void eightPortsAreTakenAndEachOnce() {
        // When
        var selection = InferencePools.selection(Pools.of(Map.of("a", "b"), 1, 1, 2, 3, 4, 5, 6, 7, 8, 9), "ns");

        // Then
        assertThat(selection.orElseThrow().ports()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void aPoolWithoutLabelsWouldTakeEveryPodAndTakesNone() {
        assertThat(InferencePools.selection(Pools.of(Map.of(), 8000), "ns")).isEmpty();
        assertThat(InferencePools.selection(Pools.of(Map.of("a", "b")), "ns")).isEmpty();
        assertThat(InferencePools.selection(Pools.of(Map.of("a", "b"), 0, 65_536), "ns"))
                .isEmpty();
        assertThat(InferencePools.selection(new GenericKubernetesResource(), "ns"))
                .isEmpty();
    }
}
