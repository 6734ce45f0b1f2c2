package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.Bench;
import dev.kvcachepool.bench.flags.Choice;
import dev.kvcachepool.bench.flags.Sizes;
import dev.kvcachepool.bench.report.BarPlot;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Results;
import dev.kvcachepool.bench.servers.Peers;
import dev.kvcachepool.bench.servers.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code bench store}. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = "GET and SET of large values beside redis, memcached, nginx, Infinispan and a bare sender.")
public final class StoreCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    Bench bench;

    @Option(names = "--quick", description = "2Mi and 32Mi, 4 connections, 3 rounds: about two minutes")
    boolean quick;

    @Option(
            names = "--servers",
            split = ",",
            paramLabel = "<name>",
            converter = Choice.Server.class,
            description = "some of cache-node,cache-node-shared,redis,memcached,nginx,infinispan,bare; default: all")
    List<String> servers = Peers.names();

    @Option(
            names = "--transports",
            split = ",",
            paramLabel = "<way>",
            converter = Choice.Way.class,
            description = "some of tcp, unix, shared, where a server has it; default: all")
    List<Transport> transports = List.of(Transport.values());

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "<size>",
            converter = Sizes.Value.class,
            description = "of a value; default 256Ki,2Mi,8Mi,32Mi")
    @Nullable
    List<Long> sizes;

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "<count>",
            converter = Choice.Connections.class,
            description = "default 1,4,16")
    @Nullable
    List<Integer> connections;

    @Option(
            names = "--rounds",
            paramLabel = "<count>",
            converter = Choice.Rounds.class,
            description = "default 5; with --quick 3")
    @Nullable
    Integer rounds;

    @Option(
            names = "--values",
            paramLabel = "<size>",
            converter = Sizes.Memory.class,
            description = "all values of a server together; default 512Mi")
    long values = 512L << 20;

    @Option(
            names = "--time",
            paramLabel = "<milliseconds>",
            converter = Choice.Millis.class,
            description = "of one figure in one round; default 700")
    int millis = 700;

    @Override
    public Integer call() throws Exception {
        var root = Bench.root(bench);
        var peers = new Peers(root);
        var missing = new LinkedHashMap<String, String>();
        var present = peers.present(servers, missing);
        var settings = settings();
        double checking = CheckingAlone.measure(peers.content());
        var run = new StoreRun(settings, peers.content());
        run.run(present.keySet());
        missing.putAll(run.failures());
        var versions = new LinkedHashMap<String, String>();
        present.forEach((peer, version) -> versions.put(peer.name(), version));
        var report = new StoreReport(Conditions.now(run.loads(), versions, missing), settings, checking, run.results());
        var results = new Results(root, "store");
        results.write(report.json(), report.markdown());
        BarPlot.write(report.plots(), results.file("png"));
        return run.results().wrongBytes() + run.results().lostValues() == 0 ? 0 : 1;
    }

    private StoreSettings settings() {
        return new StoreSettings(
                List.copyOf(servers),
                List.copyOf(transports),
                sizes != null ? new ArrayList<>(sizes) : quick ? Sizes.of("2Mi,32Mi") : Sizes.of("256Ki,2Mi,8Mi,32Mi"),
                connections != null ? List.copyOf(connections) : quick ? List.of(4) : List.of(1, 4, 16),
                rounds != null ? rounds : quick ? 3 : 5,
                millis,
                values);
    }
}
