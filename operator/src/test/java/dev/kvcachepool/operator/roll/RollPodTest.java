package dev.kvcachepool.operator.roll;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class RollPodTest {
    private static Pod pod(String annotations, String status) {
        return new KubernetesSerialization().unmarshal("""
                metadata: {name: p-0, creationTimestamp: "2026-11-29T12:00:00Z", annotations: {%s}}
                spec: {containers: [{name: other, image: x}, {name: cache-node, image: "i:1"}]}
                status: {%s}
                """.formatted(annotations, status), Pod.class);
    }

    @Test
    void aPodIsReadForWhatItRunsAs() {
        // When
        var seen = RollPod.of(pod(
                "kvcachepool.dev/pod-shape: s, kvcachepool.dev/config-hash: c, kvcachepool.dev/restart: r",
                "conditions: [{type: Ready, status: 'True', lastTransitionTime: '2026-11-29T12:05:00Z'}]"));
        // Then
        assertThat(seen.form()).isEqualTo(new NodeForm("i:1", "s", "c", "", "r"));
        assertThat(seen.serves()).isTrue();
        assertThat(seen.since()).isEqualTo("2026-11-29T12:05:00Z");
    }

    @Test
    void aContainerThatWasGivenAnotherImageServesOnceItHasBeenRestarted() {
        // Given
        var ready = "conditions: [{type: Ready, status: 'True', lastTransitionTime: '2026-11-29T12:05:00Z'}],"
                + " containerStatuses: [{name: cache-node, restartCount: %d, state: {running: {}}}]";
        var noted = "kvcachepool.dev/restarts-before: '2', kvcachepool.dev/restart-told: '2026-11-29T13:00:00Z'";
        // When, Then
        assertThat(RollPod.of(pod(noted, ready.formatted(2))).waitedForSince()).isEqualTo("2026-11-29T13:00:00Z");
        assertThat(RollPod.of(pod(noted, ready.formatted(3))).waitedForSince()).isEqualTo("2026-11-29T12:05:00Z");
        assertThat(RollPod.of(pod(noted, ready.formatted(2))).serves()).isFalse();
        assertThat(RollPod.of(pod(noted, ready.formatted(3))).serves()).isTrue();
    }

    @Test
    void theFirstStartOfAContainerIsNoRestart() {
        // Given
        var pulling = "containerStatuses: [{name: cache-node, restartCount: 0, state: {waiting: {}}}]";
        var running = "containerStatuses: [{name: cache-node, restartCount: 0, state: {running: {}}}]";
        // When, Then
        assertThat(RollPod.of(pod("", pulling)).restartsToNote()).isEqualTo(-1);
        assertThat(RollPod.of(pod("", running)).restartsToNote()).isZero();
    }
}
