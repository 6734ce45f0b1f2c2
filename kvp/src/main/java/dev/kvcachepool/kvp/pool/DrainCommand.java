package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl kvp drain}: by eviction, so that the pool's disruption budget is kept. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Drains one cache-node: it hands its hot blocks to the others, withdraws its adverts and ends; its workload makes it"
                    + " anew. Waits for the disruption budget, and until the new one is ready.",
            "A cache-node in an engine's pod (placement Sidecar) ends with that pod only, which takes --with-engine. Then this waits"
                    + " until the pod is gone: what made it makes the next one.",
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

    @Option(
            names = "--with-engine",
            description =
                    "in placement Sidecar, where a node is a container of an engine's pod: evict that pod, engine and all")
    boolean withEngine;

    @Override
    public Integer call() throws InterruptedException {
        var api = cluster.open();
        var one = api.pool(pool);
        var found = find(api.nodes(one));
        check(found);
        if (waiting.unwaited) {
            if (!api.evict(node)) {
                throw new ClusterException("a disruption budget does not allow it now: another "
                        + (found.sidecar() ? "engine" : "node of " + pool)
                        + " is away. Without --no-wait this waits for it");
            }
            sayDrains(found);
            return 0;
        }
        if (!waiting.until(() -> isGone(api.nodes(one), found) || api.evict(node))) {
            throw new ClusterException("a disruption budget of " + (found.sidecar() ? "its engines" : pool)
                    + " did not allow it within " + waiting.timeout);
        }
        sayDrains(found);
        if (found.sidecar()) {
            awaitEnd(api, one, found);
            return 0;
        }
        if (!waiting.until(() -> isReadyAnew(api, found))) {
            throw new ClusterException(node + " was not there anew within " + waiting.timeout
                    + "; kubectl kvp nodes and kubectl kvp events say more");
        }
        cluster.say(node + " is ready again");
        return 0;
    }

    private CacheNode find(List<CacheNode> nodes) {
        return nodes.stream()
                .filter(one -> one.name().equals(node))
                .findFirst()
                .orElseThrow(() -> new ClusterException(node + " is no cache-node of " + pool + ", which has "
                        + (nodes.isEmpty()
                                ? "none"
                                : nodes.stream().map(CacheNode::name).sorted().collect(Collectors.joining(", ")))));
    }

    /** An engine is never evicted by a word that only speaks of its cache. */
    private void check(CacheNode found) {
        if (found.sidecar() && !withEngine) {
            throw new ClusterException("the cache-node of " + node + " is part of an engine's pod (" + engines(found)
                    + ") and ends with it only: --with-engine evicts that pod, engine and all");
        }
        if (!found.sidecar() && withEngine) {
            throw cluster.refuse(
                    "--with-engine is for placement Sidecar; the cache-nodes of " + pool + " have pods of their own");
        }
    }

    private void sayDrains(CacheNode found) {
        cluster.say(
                found.sidecar()
                        ? "evicted the engine's pod " + node + " (" + engines(found) + ") with its cache-node"
                        : node + " drains");
    }

    private static String engines(CacheNode found) {
        return (found.engines().size() == 1 ? "container " : "containers ") + String.join(", ", found.engines());
    }

    /** Whether another pod follows is a matter of who made this one. */
    private void awaitEnd(Api api, JsonNode one, CacheNode found) throws InterruptedException {
        if (!waiting.until(() -> isGone(api.nodes(one), found))) {
            throw new ClusterException(node + " has not ended within " + waiting.timeout);
        }
        cluster.say(node + " is gone; what made it makes the next one");
    }

    private static boolean isGone(List<CacheNode> nodes, CacheNode found) {
        return nodes.stream().noneMatch(one -> one.uid().equals(found.uid()));
    }

    /** A DaemonSet's next pod has another name: then it is enough that the old one is gone and as many are ready as shall be. */
    private boolean isReadyAnew(Api api, CacheNode found) {
        var one = api.pool(pool);
        var nodes = api.nodes(one);
        return isGone(nodes, found)
                && nodes.size() >= one.at("/status/replicas").asInt()
                && nodes.stream().allMatch(CacheNode::ready);
    }
}
