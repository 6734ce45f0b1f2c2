package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingEventSource.ResourceFetcher;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what a pool depends on outside the API server, again and again, off the reconcilers' threads; a reconciler
 * is woken when the findings differ. Thread-safe.
 */
public final class Probe implements ResourceFetcher<Findings, KVCachePool> {
    /** While all is well. */
    public static final Duration PERIOD = Duration.ofSeconds(10);
    /** While something is wrong or about to change. */
    static final Duration SOON = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final Brokers brokers;
    private final RouterClient routers;

    public Probe(KubernetesClient client, Brokers brokers, RouterClient routers) {
        this.client = client;
        this.brokers = brokers;
        this.routers = routers;
    }

    @Override
    public Set<Findings> fetchResources(KVCachePool pool) {
        var secrets = new SecretReader(client, pool.getMetadata().getNamespace());
        var login = KafkaLogin.of(pool, secrets);
        var answer = secrets.wrong().isEmpty()
                ? brokers.ensureTopics(pool, login)
                : new Brokers.Answer(Optional.empty(), Optional.empty());
        var router = pool.getSpec().router().enabled() ? routers.view(pool) : null;
        return Set.of(new Findings(
                secrets.wrong(),
                answer.unreachable().orElse(null),
                answer.wrong().orElse(null),
                router));
    }

    /** {@code last} is null before the first time, whatever the signature says. */
    @Override
    public Optional<Duration> fetchDelay(@Nullable Set<Findings> last, KVCachePool pool) {
        if (last == null || last.isEmpty()) {
            return Optional.of(Duration.ZERO);
        }
        var calm = last.stream().allMatch(findings -> findings.advertsPossible() && settled(findings, pool));
        return Optional.of(calm ? PERIOD : SOON);
    }

    private static boolean settled(Findings findings, KVCachePool pool) {
        var router = findings.router();
        return !pool.getSpec().router().enabled() || (router != null && router.tableRead() && router.engines() > 0);
    }
}
