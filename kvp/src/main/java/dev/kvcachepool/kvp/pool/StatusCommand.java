package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl kvp status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the pools of a namespace, or one with its conditions, its roll-out and its nodes.",
            "Of one pool the exit status is 1 while it is not Ready."
        })
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    Cluster cluster = new Cluster();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "pools of all namespaces")
    boolean everywhere;

    @Parameters(index = "0", arity = "0..1", paramLabel = "<pool>", description = "default: all, a line each")
    @Nullable
    String pool;

    @Override
    public Integer call() {
        if (everywhere && pool != null) {
            throw cluster.refuse("-A shows all pools; leave out " + pool);
        }
        var api = cluster.open();
        if (pool == null) {
            list(api);
            return 0;
        }
        var one = api.pool(pool);
        if (cluster.json()) {
            cluster.print(one);
        } else {
            describe(one);
        }
        return ready(one).equals("True") ? 0 : 1;
    }

    private void list(Api api) {
        var pools = api.pools(everywhere);
        if (cluster.json()) {
            var items = JsonNodeFactory.instance.arrayNode();
            items.addAll(pools);
            cluster.print(items);
            return;
        }
        var now = Instant.now();
        var table = new Table(
                "NAMESPACE", "POOL", "READY", "NODES", "PLACEMENT", "CAPACITY", "USED", "HIT%", "ROLLOUT", "AGE");
        for (var one : pools) {
            var status = one.path("status");
            table.row(
                    one.at("/metadata/namespace").asText(),
                    one.at("/metadata/name").asText(),
                    ready(one),
                    nodes(status),
                    one.at("/spec/placement").asText(),
                    status.path("capacity").asText(),
                    status.path("used").asText(),
                    status.path("hitRatio").asText(),
                    status.at("/rollout/phase").asText(),
                    Ages.since(one.at("/metadata/creationTimestamp").asText(), now));
        }
        if (table.isEmpty()) {
            cluster.out().println("no pools" + (everywhere ? "" : " in namespace " + api.namespace()));
        } else {
            table.print(cluster.out());
        }
    }

    private static String nodes(JsonNode status) {
        return status.path("readyReplicas").asInt() + "/"
                + status.path("replicas").asInt();
    }

    private static String ready(JsonNode pool) {
        return Conditions.of(pool, "Ready").path("status").asText("Unknown");
    }

    private void describe(JsonNode pool) {
        var out = cluster.out();
        var status = pool.path("status");
        out.println("KVCachePool " + pool.at("/metadata/name").asText() + " in namespace "
                + pool.at("/metadata/namespace").asText());
        line("nodes", nodes(status) + " ready, " + pool.at("/spec/placement").asText());
        line("room", used(status));
        line("hits", percent(status.path("hitRatio")));
        var rollout = status.path("rollout");
        line("roll-out", words(rollout.path("phase"), rollout.path("current"), rollout.path("reason")));
        line("adverts", status.path("advertTopic").asText());
        line(
                "reached at",
                status.path("endpoints").properties().stream()
                        .map(endpoint ->
                                endpoint.getKey() + "=" + endpoint.getValue().asText())
                        .collect(Collectors.joining(" ")));
        line("operator", status.path("version").asText());
        out.println();
        var table = new Table("CONDITION", "STATUS", "SINCE", "REASON", "MESSAGE");
        var now = Instant.now();
        Conditions.of(pool)
                .forEach(one -> table.row(
                        one.path("type").asText(),
                        one.path("status").asText(),
                        Ages.since(one.path("lastTransitionTime").asText(), now),
                        one.path("reason").asText(),
                        one.path("message").asText()));
        table.print(out);
    }

    private void line(String name, String value) {
        if (!value.isEmpty()) {
            cluster.out().printf("  %-11s %s%n", name, value);
        }
    }

    private static String used(JsonNode status) {
        var capacity = status.path("capacity").asText();
        return capacity.isEmpty() ? "" : status.path("used").asText("0") + " of " + capacity + " used";
    }

    private static String percent(JsonNode ratio) {
        return ratio.isNumber()
                ? ratio.asInt() + " % of the blocks of the last five minutes' prompts were held where they were sent"
                : "";
    }

    private static String words(JsonNode phase, JsonNode current, JsonNode reason) {
        return phase.asText()
                + (current.isMissingNode() ? "" : " " + current.asText())
                + (reason.isMissingNode() ? "" : ": " + reason.asText());
    }
}
