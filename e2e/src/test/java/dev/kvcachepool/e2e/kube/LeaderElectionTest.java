package dev.kvcachepool.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leader election over Leases, by Fabric8's own elector. */
class LeaderElectionTest {
    private final ApiUnderTest under = new ApiUnderTest();
    private final Queue<String> leaders = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        under.close();
    }

    @Test
    void theSecondLeadsWhenTheFirstStops() {
        // Given
        try (var other = under.newClient()) {
            var first = elect(under.client, "first");
            await().untilAsserted(() -> assertThat(leaders).containsExactly("first"));
            var second = elect(other, "second");
            // When
            first.cancel(true);
            // Then
            await().untilAsserted(() -> assertThat(leaders).containsExactly("first", "second"));
            second.cancel(true);
        }
    }

    private CompletableFuture<?> elect(KubernetesClient client, String identity) {
        var config = new LeaderElectionConfigBuilder()
                .withName("test")
                .withLock(new LeaseLock("default", "test-leader", identity))
                .withLeaseDuration(Duration.ofSeconds(2))
                .withRenewDeadline(Duration.ofMillis(1500))
                .withRetryPeriod(Duration.ofMillis(200))
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(new LeaderCallbacks(() -> leaders.add(identity), () -> {}, _ -> {}))
                .build();
        return client.leaderElector().withConfig(config).build().start();
    }
}
