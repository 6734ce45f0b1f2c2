package dev.kvcachepool.router.engines;

import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.Endpoints;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the endpoints in step with the engine pods of a namespace, by an informer: it lists, then watches, and does so anew
 * after trouble, for ever. While the API server is away, or says no, endpoints stay as last known and {@link #get} says
 * what is wrong; so a router serves what it can and needs no restart.
 *
 * <p>One thread of its own makes the client (which takes long, and must not hold up the start) and tells the log when
 * watching begins and ends.
 */
public final class EngineWatch implements Supplier<Discovery>, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EngineWatch.class);
    private static final long CHECK_SECONDS = 1;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int MAX_PROBLEM = 300;

    private final EngineSelection selection;
    private final PodListener listener;
    private final Supplier<KubernetesClient> clients;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable SharedIndexInformer<Pod> informer;
    private volatile String problem = "";

    /**
     * A watch that does nothing until {@link #start}.
     *
     * @param clients makes the client, which this closes
     */
    EngineWatch(EngineSelection selection, Endpoints endpoints, Supplier<KubernetesClient> clients) {
        this.selection = selection;
        this.listener = new PodListener(endpoints, selection.ports());
        this.clients = clients;
        this.thread = Thread.ofPlatform().name("engine-watch").daemon().unstarted(this::run);
    }

    /** A watch over the cluster that the router runs in, or that its kubeconfig names. */
    public static EngineWatch ofCluster(EngineSelection selection, Endpoints endpoints) {
        return new EngineWatch(selection, endpoints, () -> client(Config.autoConfigure(null)));
    }

    /** A client that fails soon rather than try in silence: the informer tries again, and says so. */
    static KubernetesClient client(Config config) {
        var soon = new ConfigBuilder(config)
                .withConnectionTimeout(TIMEOUT_MILLIS)
                .withRequestTimeout(TIMEOUT_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(soon).build();
    }

    /** Begins; returns at once. */
    public void start() {
        thread.start();
    }

    @Override
    public Discovery get() {
        var watching = isWatching();
        return new Discovery(selection.selector(), watching, watching ? "" : problem());
    }

    @Override
    public void close() {
        closed.countDown();
    }

    /** Whether all pods that there were at the start have been told of. */
    boolean hasListed() {
        var current = informer;
        return current != null && current.hasSynced();
    }

    /** Names of the endpoints that its pods are. */
    Set<String> names() {
        return listener.names();
    }

    private boolean isWatching() {
        var current = informer;
        return current != null && current.isWatching();
    }

    private String problem() {
        if (!problem.isEmpty()) {
            return problem;
        }
        var current = informer;
        return current != null && current.hasSynced()
                ? "pods are listed, no sign of the watch yet"
                : "no connection to the Kubernetes API";
    }

    private void run() {
        try (var client = clients.get();
                var pods = informer(client)) {
            informer = pods;
            var _ = pods.start();
            watchOver();
        } catch (RuntimeException e) {
            problem = line(e);
            LOG.errorf("engine pods cannot be watched, no endpoint is found by --engine-selector: %s", problem);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            informer = null;
        }
    }

    private SharedIndexInformer<Pod> informer(KubernetesClient client) {
        var own = client.getNamespace() == null ? "default" : client.getNamespace();
        var namespace = selection.namespace().isEmpty() ? own : selection.namespace();
        // Of each pod the name is kept, not some 10 KB: all else is in the endpoints.
        var names = new ReducedStateItemStore<>(
                ReducedStateItemStore.NAME_KEY_STATE, Pod.class, client.getKubernetesSerialization());
        return client.pods()
                .inNamespace(namespace)
                .withLabelSelector(selection.selector())
                .runnableInformer(0)
                .itemStore(names)
                .exceptionHandler((started, failure) -> {
                    problem = line(failure);
                    return true;
                })
                .addEventHandler(listener);
    }

    private void watchOver() throws InterruptedException {
        var told = false;
        var watched = false;
        while (!closed.await(CHECK_SECONDS, TimeUnit.SECONDS)) {
            var state = get();
            if (state.watching() && !watched) {
                problem = "";
                told = false;
                LOG.infof("watching engine pods, selector %s", selection.selector());
            } else if (!state.watching() && !problem.isEmpty() && !told) {
                told = true;
                LOG.warnf("engine pods are not watched, endpoints stay as last known, trying again: %s", problem);
            }
            watched = state.watching();
        }
    }

    /** What went wrong, in one line. */
    static String line(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null && !hasStatus(cause)) {
            cause = cause.getCause();
        }
        // What the server says is a sentence; of other failures the kind says more than the text, which may be a bare
        // name.
        var text = hasStatus(cause)
                ? ((KubernetesClientException) cause).getStatus().getMessage()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        var line = String.valueOf(text).replaceAll("\\s+", " ");
        return line.substring(0, Math.min(line.length(), MAX_PROBLEM));
    }

    private static boolean hasStatus(Throwable failure) {
        return failure instanceof KubernetesClientException refusal && refusal.getStatus() != null;
    }
}
