package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.e2e.trace.Prompts;
import dev.kvcachepool.e2e.trace.Trace;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Commands that show a running demo from outside; each works as printed. */
final class KeepLines {
    private KeepLines() {}

    static List<String> of(DemoCluster cluster, Program router, Trace trace) {
        var node = cluster.resp(0);
        var redisCli = "redis-cli -h " + node.getHost() + " -p " + node.getPort();
        var nodeHttp = cluster.nodes().getFirst().address("http");
        var routerHttp = router.address("http");
        var lines = new ArrayList<String>();
        lines.add(redisCli + " dbsize");
        lines.add(redisCli + " info memory");
        lines.add(redisCli + " scan 0 count 3");
        lines.add("curl -fsS http://" + nodeHttp + "/q/health/ready");
        lines.add("curl -fsS http://" + nodeHttp + "/q/metrics");
        lines.add("curl -fsS http://" + routerHttp + "/v1/index");
        lines.add("curl -fsS http://" + routerHttp + "/v1/pick -H 'Content-Type: application/json' -d '"
                + pickBody(trace) + "'");
        return lines;
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
