package dev.kvcachepool.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.HashSet;
import java.util.Set;

/** Watches how many of a pool's cache-nodes are ready at a time, as the API server tells of them. Thread-safe. */
final class PodsReady implements AutoCloseable {
    private final KubernetesClient client;
    private final Set<String> ready = new HashSet<>();
    private int fewest;

    PodsReady(PodsCluster cluster, String namespace, String pool) {
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster.kubeconfig().toFile()))
                .build();
        var pods = client.pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/instance", pool)
                .withLabel("app.kubernetes.io/component", "cache-node");
        var now = pods.list();
        now.getItems().forEach(pod -> see(pod, true));
        fewest = ready.size();
        var _ = pods.withResourceVersion(now.getMetadata().getResourceVersion()).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                see(pod, action != Action.DELETED);
            }

            @Override
            public void onClose(WatcherException cause) {
                see(new Pod(), false);
            }
        });
    }

    private synchronized void see(Pod pod, boolean there) {
        if (pod.getMetadata() == null) {
            fewest = -1; // not all was seen
            return;
        }
        var name = pod.getMetadata().getName();
        if (there && pod.getMetadata().getDeletionTimestamp() == null && isReady(pod)) {
            ready.add(name);
        } else {
            ready.remove(name);
            fewest = Math.min(fewest, ready.size());
        }
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    /** The smallest number so far. */
    synchronized int fewest() {
        return fewest;
    }

    @Override
    public void close() {
        client.close();
    }
}
