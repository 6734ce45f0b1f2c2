package dev.kvcachepool.e2e.runtime;

import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import dev.kvcachepool.e2e.runtime.cluster.WorkQueue;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The one thread that reconciles: takes keys from the queue, hands them to their kind's parts, retries what failed. */
final class ReconcileLoop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReconcileLoop.class.getName());
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private final WorkQueue queue;
    private final ObjectCache cache;
    private final FieldGate gate;
    private final Map<Class<? extends HasMetadata>, List<Reconciler>> reconcilers = new HashMap<>();
    private final Thread thread =
            Thread.ofPlatform().name("local-runtime").daemon().unstarted(this::run);

    ReconcileLoop(WorkQueue queue, ObjectCache cache, FieldGate gate) {
        this.queue = queue;
        this.cache = cache;
        this.gate = gate;
    }

    void handle(Class<? extends HasMetadata> type, List<Reconciler> parts) {
        reconcilers.put(type, parts);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                reconcile(queue.take());
            }
        } catch (InterruptedException e) {
            LOG.log(Level.FINE, "closed", e);
        }
    }

    private void reconcile(Key key) {
        var object = cache.get(key);
        if (object == null) {
            gate.forget(key);
        } else if (!gate.passes(key, object) && !PodState.isTerminating(object)) {
            return;
        }
        try {
            reconcilers.getOrDefault(key.type(), List.of()).forEach(part -> part.reconcile(key));
            queue.succeeded(key);
        } catch (RuntimeException e) {
            // Decided on an old state, or the API is away: both are ordinary, and the next look is at the truth.
            var stale = e instanceof KubernetesClientException api
                    && List.of(HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND)
                            .contains(api.getCode());
            LOG.log(stale ? Level.FINE : Level.WARNING, e, () -> key + ": tried again soon");
            queue.failed(key);
        }
    }

    @Override
    public void close() {
        queue.close();
        try {
            if (thread.isAlive() && !thread.join(CLOSE_LIMIT)) {
                thread.interrupt(); // it waits for an API that doesn't answer
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
