package dev.kvcachepool.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.probe.Findings;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingEventSource.ResourceFetcher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FindingsSourceTest {
    private static final KVCachePool POOL = new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n}
            """, KVCachePool.class);

    private final AtomicInteger looks = new AtomicInteger();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
    private final FindingsSource source = new FindingsSource(
            new EventSourceContext<>(new OnePool(), null, new KubernetesClientBuilder().build(), KVCachePool.class),
            new Outside(),
            threads);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Counts who looks, every hundredth of a second. */
    private final class Outside implements ResourceFetcher<Findings, KVCachePool> {
        @Override
        public Set<Findings> fetchResources(KVCachePool pool) {
            looks.incrementAndGet();
            return Set.of(new Findings(List.of(), null, null, List.of(), null));
        }

        @Override
        public Optional<Duration> fetchDelay(@Nullable Set<Findings> last, KVCachePool pool) {
            return Optional.of(last == null ? Duration.ZERO : Duration.ofMillis(10));
        }
    }

    /** What the informer knows. */
    private static final class OnePool implements IndexerResourceCache<KVCachePool> {
        @Override
        public void addIndexers(Map<String, Function<KVCachePool, List<String>>> indexers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<KVCachePool> byIndex(String name, String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<KVCachePool> get(ResourceID id) {
            return Optional.of(POOL);
        }

        @Override
        public Stream<ResourceID> keys() {
            return Stream.of(ResourceID.fromResource(POOL));
        }

        @Override
        public Stream<KVCachePool> list(Predicate<KVCachePool> predicate) {
            return Stream.of(POOL).filter(predicate);
        }

        @Override
        public Stream<KVCachePool> list(String namespace, Predicate<KVCachePool> predicate) {
            return list(predicate);
        }
    }

    @Test
    void aPoolThatWasThereBeforeTheSourceStartedIsLookedAtAgainAndAgain() throws Exception {
        // Given
        source.setEventHandler(_ -> {});
        source.onResourceCreated(POOL);
        // A look that was scheduled too early has had its turn.
        threads.submit(() -> {}).get(10, TimeUnit.SECONDS);
        assertThat(looks).hasValue(0);
        // When
        source.start();
        // Then
        Awaitility.await().untilAsserted(() -> assertThat(looks).hasValueGreaterThan(3));
    }
}
