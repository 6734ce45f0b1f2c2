package dev.kvcachepool.kvp.pool;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
            "Under updateStrategy OnDelete nothing is restarted until you drain the nodes."
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
        try (var api = cluster.open()) {
            var strategy = api.pool(pool).at("/spec/updateStrategy/type").asText();
            var before = lives(api);
            api.annotate(
                    pool,
                    ANNOTATION,
                    Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
            cluster.say("asked the operator to restart " + before.size() + " cache-nodes of " + pool);
            if (waiting.unwaited || strategy.equals("OnDelete")) {
                return 0;
            }
            if (!waiting.until(() -> isDone(api, before))) {
                throw new ClusterException("not all cache-nodes of " + pool + " were restarted within "
                        + waiting.timeout + "; " + rollOut);
            }
            cluster.say("all cache-nodes of " + pool + " are ready again");
            return 0;
        }
    }

    /** Of each pod what another life of it has another of. */
    private Map<String, String> lives(Api api) {
        return api.nodes(pool).stream()
                .collect(Collectors.toMap(pod -> pod.getMetadata().getName(), RestartCommand::life));
    }

    private static String life(Pod pod) {
        return pod.getMetadata().getUid() + "/" + NodesCommand.restarts(pod);
    }

    private boolean isDone(Api api, Map<String, String> before) {
        var rollout = api.pool(pool).at("/status/rollout");
        var now = rollout.path("phase").asText() + ": " + rollout.path("reason").asText();
        if (!now.equals(rollOut)) {
            rollOut = now;
            cluster.say(now);
        }
        var pods = api.nodes(pool).stream()
                .collect(Collectors.toMap(pod -> pod.getMetadata().getName(), Function.identity()));
        return rollout.path("phase").asText().equals("Complete")
                && !pods.isEmpty()
                && pods.values().stream()
                        .allMatch(pod -> Readiness.isPodReady(pod)
                                && !life(pod)
                                        .equals(before.get(pod.getMetadata().getName())));
    }
}
