package dev.kvcachepool.kvp.pool;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl kvp drain}: by eviction, so that the pool's disruption budget is kept. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Drains one cache-node: it hands its hot blocks to the others, withdraws its adverts and ends; its workload makes it"
                    + " anew. Waits for the disruption budget, and until the new one is ready.",
            "To keep a Kubernetes node free of cache-nodes cordon it first (kubectl cordon, or kubectl drain)."
        })
public final class DrainCommand implements Callable<Integer> {
    @Mixin
    Cluster cluster = new Cluster();

    @Mixin
    Waiting waiting = new Waiting();

    @Parameters(index = "0", paramLabel = "<pool>", description = "name of a KVCachePool")
    String pool = "";

    @Parameters(
            index = "1",
            paramLabel = "<node>",
            description = "name of a cache-node's pod, as kubectl kvp nodes shows it")
    String node = "";

    @Override
    public Integer call() throws InterruptedException {
        try (var api = cluster.open()) {
            api.pool(pool);
            var uid = find(api).getMetadata().getUid();
            if (waiting.unwaited) {
                if (!api.evict(node)) {
                    throw new ClusterException("the disruption budget of " + pool
                            + " does not allow it now: another node is away. Without --no-wait this waits for it");
                }
                cluster.say(node + " drains");
                return 0;
            }
            if (!waiting.until(() -> isGone(api.nodes(pool), uid) || api.evict(node))) {
                throw new ClusterException(
                        "the disruption budget of " + pool + " did not allow it within " + waiting.timeout);
            }
            cluster.say(node + " drains");
            if (!waiting.until(() -> isReadyAnew(api, uid))) {
                throw new ClusterException(node + " was not there anew within " + waiting.timeout
                        + "; kubectl kvp nodes and kubectl kvp events say more");
            }
            cluster.say(node + " is ready again");
            return 0;
        }
    }

    private Pod find(Api api) {
        var nodes = api.nodes(pool);
        return nodes.stream()
                .filter(pod -> pod.getMetadata().getName().equals(node))
                .findFirst()
                .orElseThrow(() -> new ClusterException(node + " is no cache-node of " + pool + ", which has "
                        + nodes.stream()
                                .map(pod -> pod.getMetadata().getName())
                                .sorted()
                                .collect(Collectors.joining(", "))));
    }

    private static boolean isGone(List<Pod> nodes, String uid) {
        return nodes.stream().noneMatch(pod -> pod.getMetadata().getUid().equals(uid));
    }

    /** A DaemonSet's next pod has another name: then it is enough that the old one is gone and as many are ready as shall be. */
    private boolean isReadyAnew(Api api, String uid) {
        var nodes = api.nodes(pool);
        return isGone(nodes, uid)
                && nodes.size() >= api.pool(pool).at("/status/replicas").asInt()
                && nodes.stream().allMatch(Readiness::isPodReady);
    }
}
