package dev.kvcachepool.kvp.pool;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kubectl kvp restart}. */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Has the operator restart a pool's cache-nodes one after another, each in its pod after it handed its hot blocks"
                    + " over (annotation kvcachepool.dev/restart). Waits until all are ready again.",
            "Under updateStrategy OnDelete nothing is restarted until you drain the nodes. In placement Sidecar it is refused: the"
                    + " operator restarts no engines' pods."
        })
public final class RestartCommand implements Callable<Integer> {
    private static final String ANNOTATION = "kvcachepool.dev/restart";

    @Mixin
    Cluster cluster = new Cluster();

    @Mixin
    Waiting waiting = new Waiting();

    @Parameters(index = "0", paramLabel = "<pool>", description = "name of a KVCachePool")
    String pool = "";

    /** As it was said last. */
    private String rollOut = "";

    @Override
    public Integer call() throws InterruptedException {
        var api = cluster.open();
        var one = api.pool(pool);
        if (CacheNode.isSidecar(one)) {
            throw new ClusterException(
                    "the cache-nodes of " + pool + " are in engines' pods, which the operator does not restart:"
                            + " restart what makes them, as by kubectl rollout restart");
        }
        var strategy = one.at("/spec/updateStrategy/type").asText();
        var before = lives(api.nodes(one));
        api.annotate(
                pool, ANNOTATION, Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        cluster.say("asked the operator to restart " + before.size() + " cache-nodes of " + pool);
        if (waiting.unwaited || strategy.equals("OnDelete")) {
            return 0;
        }
        if (!waiting.until(() -> isDone(api, before))) {
            throw new ClusterException(
                    "not all cache-nodes of " + pool + " were restarted within " + waiting.timeout + "; " + rollOut);
        }
        cluster.say("all cache-nodes of " + pool + " are ready again");
        return 0;
    }

    /** Of each node what another life of it has another of. */
    private static Map<String, String> lives(List<CacheNode> nodes) {
        return nodes.stream().collect(Collectors.toMap(CacheNode::name, RestartCommand::life));
    }

    private static String life(CacheNode node) {
        return node.uid() + "/" + node.restarts();
    }

    private boolean isDone(Api api, Map<String, String> before) {
        var one = api.pool(pool);
        var rollout = one.at("/status/rollout");
        var now = rollout.path("phase").asText() + ": " + rollout.path("reason").asText();
        if (!now.equals(rollOut)) {
            rollOut = now;
            cluster.say(now);
        }
        var nodes = api.nodes(one);
        return rollout.path("phase").asText().equals("Complete")
                && !nodes.isEmpty()
                && nodes.stream().allMatch(node -> node.ready() && !life(node).equals(before.get(node.name())));
    }
}
