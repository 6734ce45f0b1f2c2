package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.source.polling.PerResourcePollingEventSource.ResourceFetcher;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what a pool depends on outside the API server, again and again, off the reconcilers' threads; a reconciler
 * is woken when the findings differ. Thread-safe.
 */
public final class Probe implements ResourceFetcher<Findings, KVCachePool> {
    /** While all is well. */
    public static final Duration PERIOD = Duration.ofSeconds(10);
    /** While something is wrong or about to change, and was not so for long. */
    static final Duration SOON = Duration.ofSeconds(2);
    /** What has not come by then is looked for no oftener than what is well: a thousand pools that wait would be all there is to do. */
    static final Duration IMPATIENCE = Duration.ofMinutes(1);

    /** The rest has its turn at the next look. */
    private static final int MOST_GONE_AT_ONCE = 16;

    private static final Brokers.Answer NOT_ASKED = new Brokers.Answer(Optional.empty(), Optional.empty());
    private static final Logger LOG = Logger.getLogger(Probe.class);

    private final KubernetesClient client;
    private final Brokers brokers;
    private final RouterClient routers;
    private final StrimziProbe strimziProbe;
    private final CertificateProbe certificates;
    private final BiConsumer<KVCachePool, String> told;
    private final Clock clock;

    /**
     * A probe.
     *
     * @param told of each cache-node that a router was told is gone, by its holder's id
     * @param clock by which it is judged how long a pool has been as it is
     */
    public Probe(
            KubernetesClient client,
            Brokers brokers,
            RouterClient routers,
            StrimziProbe strimzi,
            CertificateProbe certificates,
            BiConsumer<KVCachePool, String> told,
            Clock clock) {
        this.client = client;
        this.brokers = brokers;
        this.routers = routers;
        this.strimziProbe = strimzi;
        this.certificates = certificates;
        this.told = told;
        this.clock = clock;
    }

    @Override
    public Set<Findings> fetchResources(KVCachePool pool) {
        var secrets = new SecretReader(client, pool.getMetadata().getNamespace());
        var cluster = pool.getSpec().adverts().strimzi();
        var strimzi = cluster == null ? StrimziView.NONE : strimziProbe.look(pool, cluster, !isPaused(pool));
        var answer =
                cluster != null && (strimzi.way() == null || !strimzi.wrong().isEmpty())
                        ? NOT_ASKED
                        : ask(pool, strimzi, secrets);
        var router = hasRouter(pool) ? routers.index(pool) : null;
        if (router != null && router.view().tableRead()) {
            sayWhoIsGone(pool, router);
        }
        return Set.of(new Findings(
                secrets.wrong(),
                answer.unreachable().orElse(null),
                answer.wrong().orElse(null),
                new MountedFiles(client, pool, certificates.look(pool, !isPaused(pool)), clock.instant()).missing(),
                router == null ? null : router.view(),
                strimzi,
                secrets.digest(pool.getMetadata().getUid()),
                clock.instant()));
    }

    private Brokers.Answer ask(KVCachePool pool, StrimziView strimzi, SecretReader secrets) {
        var login = KafkaLogin.of(pool, strimzi.way(), secrets);
        return secrets.wrong().isEmpty() ? brokers.ensureTopics(pool, login) : NOT_ASKED;
    }

    /** What can't be said now is said the next time: the router lists the node until it is swept. */
    private void sayWhoIsGone(KVCachePool pool, RouterIndex router) {
        if (isPaused(pool)) {
            return;
        }
        var departed = new DepartedHolders(pool, new LiveCluster(client, pool)).among(router.holders());
        for (var holder : departed.subList(0, Math.min(MOST_GONE_AT_ONCE, departed.size()))) {
            try {
                if (routers.sayGone(router.router(), holder)) {
                    told.accept(pool, holder.id());
                }
            } catch (IOException e) {
                LOG.debugf("a router could not be told that %s is gone: %s", holder.id(), e.getMessage());
                return;
            }
        }
    }

    private static boolean isPaused(KVCachePool pool) {
        var annotations = pool.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(KVCachePool.PAUSE_ANNOTATION));
    }

    /** {@code last} is null before the first time, whatever the signature says. */
    @Override
    public Optional<Duration> fetchDelay(@Nullable Set<Findings> last, KVCachePool pool) {
        if (last == null || last.isEmpty()) {
            return Optional.of(Duration.ZERO);
        }
        var calm = last.stream()
                .allMatch(findings ->
                        findings.advertsPossible() && findings.mountedFiles().isEmpty() && settled(findings, pool));
        return Optional.of(calm || isAsItWas(pool) ? PERIOD : SOON);
    }

    private static boolean settled(Findings findings, KVCachePool pool) {
        var router = findings.router();
        return !hasRouter(pool) || (router != null && router.tableRead() && router.engines() > 0);
    }

    private static boolean hasRouter(KVCachePool pool) {
        var router = pool.getSpec().router();
        return router.enabled() && router.replicas() > 0;
    }

    private boolean isAsItWas(KVCachePool pool) {
        var status = pool.getStatus();
        var since = clock.instant().minus(IMPATIENCE);
        return status != null
                && status.conditions().stream()
                        .allMatch(condition ->
                                Instant.parse(condition.getLastTransitionTime()).isBefore(since));
    }
}
