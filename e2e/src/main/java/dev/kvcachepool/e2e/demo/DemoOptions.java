package dev.kvcachepool.e2e.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demo's command line; its defaults are the settings that its result is judged at. */
@Command(name = "demo", description = "Runs the main job on a real trace, on this machine alone.", sortOptions = false)
final class DemoOptions {
    /** What goes wrong on purpose. */
    enum Fault {
        none,
        /** A bit is flipped now and then in what node-0 answers. */
        flip_bits,
        /** The broker stops before the adverts pass. */
        no_adverts,
        /** A node's process is killed in the middle of the adverts pass; nodes have disks. */
        kill_node
    }

    /** What stands in front of the engines. */
    enum Gateway {
        /** The router's own proxy. */
        none,
        /** A stock Envoy, which asks the router. */
        envoy
    }

    static final String ADVERTS = "adverts";
    private static final List<String> OTHERS = List.of("round-robin", "least-loaded");
    static final int NODES = 8;
    static final int BLOCK_BYTES = 256 << 10;
    static final String HOST_SIZE = "512Mi";
    static final long HOST_BYTES = 512L << 20;
    static final double LOAD = 0.6;
    static final String MODEL = "demo-8b";

    @Option(names = "--trace", defaultValue = "conversation", description = "conversation (default) or synthetic")
    String trace = "conversation";

    @Option(
            names = "--requests",
            defaultValue = "800",
            description = "how many of the trace's first requests, 50 to 800")
    int requests = 800;

    @Option(names = "--speed", defaultValue = "10", description = "how much faster than the trace's time, 1 to 50")
    double speed = 10;

    @Option(
            names = "--against",
            split = ",",
            defaultValue = "round-robin,least-loaded",
            description =
                    "what steering by adverts is compared with: round-robin, least-loaded (default: both), or none, which also"
                            + " saves the time to make nodes ready for a comparison")
    List<String> against = List.of();

    @Option(names = "--keep", description = "leave everything running and print commands to look at it")
    boolean keep;

    @Option(
            names = "--fault",
            defaultValue = "none",
            description = "none (default), flip_bits, no_adverts or kill_node")
    Fault fault = Fault.none;

    @Option(names = "--peers", description = "cache-nodes read what they do not hold from one another")
    boolean peers;

    @Option(
            names = "--gateway",
            defaultValue = "none",
            description =
                    "none (default: the router's own proxy), or envoy: requests go through a stock Envoy that asks"
                            + " the router where to; make tools installs it")
    Gateway gateway = Gateway.none;

    @Option(
            names = "--cluster",
            description = "on the cluster of make cluster, where each engine's pod has a cache-node of its own")
    boolean cluster;

    @Option(names = "--root", defaultValue = ".", description = "the project's folder, where bin/ is")
    Path root = Path.of(".");

    @Option(names = "--out", description = "where demo.json and demo.html go, default <root>/target")
    @Nullable
    Path out;

    @Option(names = "--help", usageHelp = true, description = "show this")
    boolean help;

    /**
     * The policies of a run, the one by adverts last.
     *
     * @throws IllegalArgumentException if one is unknown
     */
    List<String> policies() {
        var policies = new ArrayList<String>();
        for (var policy : against.equals(List.of("none")) ? List.<String>of() : against) {
            if (!OTHERS.contains(policy) || policies.contains(policy)) {
                throw new IllegalArgumentException("--against is " + String.join(",", against)
                        + ", allowed are none, or some of " + String.join(",", OTHERS));
            }
            policies.add(policy);
        }
        policies.add(ADVERTS);
        return policies;
    }

    /** Whether policies are compared, so that none may be at a disadvantage. */
    boolean compares() {
        return policies().size() > 1;
    }

    Path outFolder() {
        var chosen = out;
        return chosen == null ? root.resolve("target") : chosen;
    }
}
