package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.Bench;
import dev.kvcachepool.bench.flags.Choice;
import dev.kvcachepool.bench.flags.Sizes;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Results;
import dev.kvcachepool.bench.servers.CacheNode;
import dev.kvcachepool.bench.servers.Peer;
import dev.kvcachepool.bench.servers.Peers;
import dev.kvcachepool.bench.servers.Workplace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code bench limit}. */
@Command(
        name = "limit",
        mixinStandardHelpOptions = true,
        description = "Puts far beyond a memory limit, beside redis and memcached with the same limit.")
public final class LimitCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    Bench bench;

    @Option(
            names = "--servers",
            split = ",",
            paramLabel = "<name>",
            converter = Choice.LimitedServer.class,
            description = "some of cache-node,redis,memcached; default: all")
    List<String> servers = Choice.LimitedServer.NAMES;

    @Option(
            names = "--limit",
            paramLabel = "<size>",
            converter = Sizes.Memory.class,
            description = "memory of each server; default 512Mi")
    long limit = 512L << 20;

    @Option(
            names = "--connections",
            paramLabel = "<count>",
            converter = Choice.Connections.class,
            description = "default 4")
    int connections = 4;

    @Option(names = "--rounds", paramLabel = "<count>", converter = Choice.Rounds.class, description = "default 15")
    int rounds = 15;

    @Override
    public Integer call() throws Exception {
        var root = Bench.root(bench);
        var peers = new Peers(root);
        var missing = new LinkedHashMap<String, String>();
        var present = peers.present(servers, missing);
        var settings = new LimitSettings(List.copyOf(servers), connections, rounds, limit);
        try (var workplace = new Workplace()) {
            var subjects = new ArrayList<Subject>();
            for (var peer : present.keySet()) {
                subjects.add(subject(root, peer, workplace));
            }
            var run = new LimitRun(settings, peers.content(), subjects);
            run.run();
            var versions = new LinkedHashMap<String, String>();
            present.forEach((peer, version) -> versions.put(peer.name(), version));
            var report = new LimitReport(Conditions.now(run.loads(), versions, missing), settings, run.results());
            new Results(root, "limit").write(report.json(), report.markdown());
            return report.wrongBytes() == 0 ? 0 : 1;
        }
    }

    private static Subject subject(Path root, Peer peer, Workplace workplace) throws IOException {
        if (!peer.name().equals(CacheNode.NAME)) {
            return new Subject(peer, null);
        }
        var log = new PauseLog(workplace.folder().resolve("pauses.log"));
        return new Subject(new CacheNode(root, List.of(), log.flag()), log);
    }
}
