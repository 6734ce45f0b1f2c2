package dev.kvcachepool.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines' pods with a cache-node in them, as a pool's status sees them. */
class SidecarsTest {
    private static final String SERVING = "initContainerStatuses: [{name: kvcachepool-cache-node, ready: true}]";

    private static Pod pod(String metadata, String status) {
        return new KubernetesSerialization()
                .unmarshal(
                        "metadata: {name: vllm-0, labels: {kvcachepool.dev/sidecar-of: p}" + metadata + "}\nstatus:\n  "
                                + status + "\n",
                        Pod.class);
    }

    @Test
    void thosePodsAreCountedThatRunOrStart() {
        // Given
        var pods = List.of(
                pod("", SERVING),
                pod("", "phase: Pending"),
                pod(
                        "",
                        "initContainerStatuses: [{name: kvcachepool-cache-node, ready: false}, {name: i, ready: true}]"),
                pod("", "phase: Succeeded"),
                pod("", "phase: Failed"),
                pod(", deletionTimestamp: \"2026-11-30T08:00:00Z\"", SERVING));
        // When
        var workload = Workload.ofSidecars(pods);
        // Then
        assertThat(workload).isEqualTo(new Workload(3, 1, 3, true));
    }

    @Test
    void anEnginesOwnTroubleIsNoneOfThePools() {
        // Given
        var waiting = "state: {waiting: {reason: ImagePullBackOff}}";
        var engine = pod("", "containerStatuses: [{name: vllm, " + waiting + "}]");
        var node = pod("", "initContainerStatuses: [{name: kvcachepool-cache-node, " + waiting + "}]");
        // When, Then
        assertThat(PodTroubles.of(List.of(engine))).isEmpty();
        assertThat(PodTroubles.of(List.of(node))).extracting(Trouble::reason).containsExactly("ImagePullBackOff");
    }
}
