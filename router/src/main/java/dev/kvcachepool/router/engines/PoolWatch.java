package dev.kvcachepool.router.engines;

import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.Endpoints;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the endpoints in step with an InferencePool and the pods that it selects. What the pool says is watched, and for each
 * new word of it the pods are watched by an {@link EngineWatch} of its own; endpoints that the last one left are kept until
 * the new one has listed its pods. Without a pool of that name there are no endpoints.
 *
 * <p>One thread of its own makes the client and exchanges the watches; informers only tell it that there is news.
 */
public final class PoolWatch implements Supplier<Discovery>, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PoolWatch.class);
    private static final long CHECK_MILLIS = 50;
    private static final int CHECKS_UNTIL_TOLD = 20;

    private final PoolReference reference;
    private final Endpoints endpoints;
    private final Supplier<KubernetesClient> clients;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private final Set<String> inherited = new HashSet<>();
    private volatile @Nullable GenericKubernetesResource pool;
    private volatile @Nullable EngineWatch pods;
    private volatile String problem = "no connection to the Kubernetes API";
    private @Nullable EngineSelection selection;
    private int checksSinceListed;

    /**
     * A watch that does nothing until {@link #start}.
     *
     * @param clients makes clients, each of which is closed by whoever asked for it
     */
    PoolWatch(PoolReference reference, Endpoints endpoints, Supplier<KubernetesClient> clients) {
        this.reference = reference;
        this.endpoints = endpoints;
        this.clients = clients;
        this.thread = Thread.ofPlatform().name("pool-watch").daemon().unstarted(this::run);
    }

    /** A watch over the cluster that the router runs in, or that its kubeconfig names. */
    public static PoolWatch ofCluster(PoolReference reference, Endpoints endpoints) {
        return new PoolWatch(reference, endpoints, () -> EngineWatch.client(Config.autoConfigure(null)));
    }

    /** Begins; returns at once. */
    public void start() {
        thread.start();
    }

    @Override
    public Discovery get() {
        var current = pods;
        if (current != null) {
            return current.get();
        }
        return new Discovery("InferencePool " + reference.name(), false, problem);
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        try (var client = clients.get()) {
            var own = client.getNamespace() == null ? "default" : client.getNamespace();
            var namespace = reference.namespace().isEmpty() ? own : reference.namespace();
            try (var pools = client.genericKubernetesResources(InferencePools.KIND)
                    .inNamespace(namespace)
                    .withName(reference.name())
                    .runnableInformer(0)
                    .exceptionHandler((started, failure) -> {
                        problem = EngineWatch.line(failure);
                        return true;
                    })
                    .addEventHandler(new PoolListener())) {
                var _ = pools.start();
                while (!closed.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                    if (pools.hasSynced()) {
                        follow(namespace);
                    }
                }
            }
        } catch (RuntimeException e) {
            problem = EngineWatch.line(e);
            LOG.errorf("InferencePool %s cannot be watched: %s", reference.name(), problem);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange(null);
        }
    }

    /** Has the pods watched that the pool selects now. */
    private void follow(String namespace) {
        var current = pool;
        var wanted = current == null
                ? null
                : InferencePools.selection(current, namespace).orElse(null);
        if (wanted == null) {
            problem = "there is no InferencePool " + namespace + "/" + reference.name()
                    + (current == null ? "" : " with labels and ports");
        }
        if (!Objects.equals(wanted, selection)) {
            exchange(wanted);
            LOG.infof("InferencePool %s/%s selects %s", namespace, reference.name(), wanted);
        }
        dropInherited(wanted == null);
    }

    private void exchange(@Nullable EngineSelection wanted) {
        var before = pods;
        if (before != null) {
            inherited.addAll(before.names());
            before.close();
        }
        selection = wanted;
        if (wanted == null) {
            pods = null;
            return;
        }
        var next = new EngineWatch(wanted, endpoints, clients);
        next.start();
        pods = next;
    }

    private void dropInherited(boolean poolIsGone) {
        var current = pods;
        if (inherited.isEmpty() || !(poolIsGone || hasListedForLong(current))) {
            return;
        }
        var stay = current == null ? Set.<String>of() : current.names();
        inherited.stream().filter(name -> !stay.contains(name)).forEach(endpoints::absent);
        inherited.clear();
    }

    /** Pods are told of a moment after they were listed. */
    private boolean hasListedForLong(@Nullable EngineWatch current) {
        checksSinceListed = current != null && current.hasListed() ? checksSinceListed + 1 : 0;
        return checksSinceListed >= CHECKS_UNTIL_TOLD;
    }

    private final class PoolListener implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource said) {
            pool = said;
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource said) {
            pool = said;
        }

        @Override
        public void onDelete(GenericKubernetesResource said, boolean isFinalStateUnknown) {
            pool = null;
        }
    }
}
