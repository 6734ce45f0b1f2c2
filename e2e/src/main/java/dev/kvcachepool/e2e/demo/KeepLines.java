package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.trace.Prompts;
import dev.kvcachepool.e2e.trace.Trace;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Commands that show a running demo from outside; each works as printed. */
final class KeepLines {
    private KeepLines() {}

    static List<String> of(DemoKubernetes kubernetes, DemoPool pool, RouterApi router, Trace trace) {
        var node = pool.resp(0);
        var redisCli = "redis-cli -h " + node.getHost() + " -p " + node.getPort();
        var kubectl = "kubectl --kubeconfig " + kubernetes.kubeconfig() + " -n " + DemoKubernetes.NAMESPACE;
        return List.of(
                kubectl + " get kvp,pods",
                kubectl + " describe kvp demo",
                kubectl + " scale kvp shared --replicas=3",
                "KUBE_EDITOR=\"sed -i 's/highWatermark: 95/highWatermark: 96/'\" " + kubectl + " edit kvp shared",
                redisCli + " dbsize",
                redisCli + " info memory",
                redisCli + " scan 0 count 3",
                "curl -fsS http://" + node.getHost() + ":9400/health/ready",
                "curl -fsS http://" + node.getHost() + ":9400/metrics",
                "curl -fsS " + router.url() + "/v1/index",
                "curl -fsS " + router.url() + "/v1/pick -H 'Content-Type: application/json' -d '" + pickBody(trace)
                        + "'");
    }

    /** A request through the gateway, which an engine of the router's choice answers, and where the router has counted it. */
    static List<String> ofGateway(Passes.Kept kept) {
        return List.of(
                "curl -fsS " + kept.front().url()
                        + "/v1/completions -H 'Content-Type: application/json' -d '{\"model\":\"" + DemoOptions.MODEL
                        + "\",\"prompt\":[1,2,3],\"max_tokens\":1}'",
                "curl -fsS " + kept.router().url() + "/metrics | grep ext_proc_requests_total");
    }

    private static String pickBody(Trace trace) {
        var hasher = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, Prompts.BLOCK_TOKENS);
        var hashes = hasher.chain(Prompts.tokens(trace.requests().getFirst())).stream()
                .limit(3)
                .map(hash -> '"' + HexFormat.of().formatHex(hash) + '"')
                .collect(Collectors.joining(","));
        return "{\"model\":\"%s\",\"blockHashes\":{\"scheme\":\"%s\",\"hashes\":[%s]}}"
                .formatted(DemoOptions.MODEL, hasher.scheme().id(), hashes);
    }
}
