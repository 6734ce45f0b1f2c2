package dev.kvcachepool.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodTroublesTest {
    private static Pod pod(String status) {
        return new KubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p-0}
                status:
                """ + status.indent(2), Pod.class);
    }

    @Test
    void aPodThatRunsOrStartsIsNoTrouble() {
        // Given
        var running = pod("containerStatuses: [{name: c, state: {running: {}}}]");
        var starting = pod("containerStatuses: [{name: c, state: {waiting: {reason: ContainerCreating}}}]");
        // When
        var troubles = PodTroubles.of(List.of(running, starting));
        // Then
        assertThat(troubles).isEmpty();
    }

    @Test
    void anImageThatCannotBePulledSaysWhatToCheck() {
        // Given
        var pod = pod("""
                containerStatuses: [{name: c, state: {waiting: {reason: ImagePullBackOff, message: "no such image: x"}}}]
                """);
        // When
        var troubles = PodTroubles.of(List.of(pod));
        // Then
        assertThat(troubles)
                .containsExactly(new Trouble(
                        "ImagePullBackOff",
                        "pod p-0: ImagePullBackOff (no such image: x); check spec.image, spec.router.image and"
                                + " spec.imagePullSecrets"));
    }

    @Test
    void aPodThatFitsNowhereSaysWhy() {
        // Given
        var pod = pod("""
                conditions: [{type: PodScheduled, status: "False", message: "0/2 nodes are available"}]
                """);
        // When
        var troubles = PodTroubles.of(List.of(pod));
        // Then
        assertThat(troubles).singleElement().satisfies(trouble -> {
            assertThat(trouble.reason()).isEqualTo("Unschedulable");
            assertThat(trouble.message()).contains("0/2 nodes are available", "lower spec.tiers");
        });
    }

    @Test
    void aPodThatIsOnItsWayOutIsNoTrouble() {
        // Given
        var pod = pod("containerStatuses: [{name: c, state: {waiting: {reason: CrashLoopBackOff}}}]");
        pod.getMetadata().setDeletionTimestamp("2026-11-24T00:00:00Z");
        // When
        var troubles = PodTroubles.of(List.of(pod));
        // Then
        assertThat(troubles).isEmpty();
    }
}
