package dev.kvcachepool.bench.routing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.bench.Bench;
import dev.kvcachepool.bench.report.Results;
import dev.kvcachepool.router.policy.Policy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code bench routing}. */
@Command(
        name = "routing",
        mixinStandardHelpOptions = true,
        description = "The picker on real traces in virtual time, beside the policies of a public simulator.")
public final class RoutingCommand implements Callable<Integer> {
    private static final List<Integer> BLOCKS = List.of(1000, 5000);
    private static final int ENGINES = 8;
    private static final int RATE = 8000;
    private static final long SEED = 1;
    private static final int SESSIONS = 20_000;
    private static final int FEW_SESSIONS = 2_000;

    @ParentCommand
    @Nullable
    Bench bench;

    @Option(
            names = "--simulator",
            paramLabel = "<file>",
            description = "default: ../shared/peers/routing-sim/sim_trace.py")
    Path simulator = Path.of("");

    @Option(names = "--quick", description = "without the simulator's program")
    boolean quick;

    @Override
    public Integer call() throws Exception {
        var root = Bench.root(bench);
        var program = new Simulator(
                simulator.toString().isEmpty() ? root.resolve("../shared/peers/routing-sim/sim_trace.py") : simulator);
        var missing = quick ? "left out by --quick" : program.missing();
        var cases = new ArrayList<Case>();
        var said = new ArrayList<ObjectNode>();
        for (var name : List.of("conversation", "synthetic")) {
            var whole = Trace.read(root, name);
            for (var trace : List.of(whole.firstHalf(), whole.secondHalf(), whole)) {
                var theirs = missing.isEmpty()
                        ? program.run(trace.write(root.resolve("target/bench/routing")), ENGINES, RATE)
                        : of(trace);
                for (int blocks : BLOCKS) {
                    var one = compare(trace, blocks, theirs);
                    System.err.println(one.summary());
                    cases.add(one);
                }
                said.add(theirs);
            }
        }
        var times = PickTime.measure(quick ? FEW_SESSIONS : SESSIONS);
        new Results(root, "pick").write(times, times.markdown());
        new Results(root, "routing").write(said, new RoutingReport(cases, missing).markdown());
        return 0;
    }

    private static ObjectNode of(Trace trace) {
        return new ObjectMapper()
                .createObjectNode()
                .put("trace", trace.name())
                .put("requests", trace.requests().size())
                .put("nodes", ENGINES)
                .put("R", RATE);
    }

    /** Runs ours, and adds it to what the simulator said. */
    private static Case compare(Trace trace, int blocks, ObjectNode said) {
        var figures = new LinkedHashMap<String, Figures>();
        var theirs = Simulator.figures(said, blocks);
        if (theirs != null) {
            figures.putAll(theirs);
        }
        var json = new ObjectMapper();
        var policies = said.withObject("/policies/cap" + blocks);
        figures.put(Case.PROOF, run(trace, blocks, world -> new ExactTtft(world, RATE)));
        for (var policy : Policy.values()) {
            figures.put(Case.ours(policy), run(trace, blocks, world -> ours(world, policy)));
        }
        figures.put(Case.TWO, run(trace, blocks, RoutingCommand::twoOfOurs));
        figures.forEach((policy, one) -> policies.set(policy, json.valueToTree(one)));
        return new Case(trace.name(), blocks, figures);
    }

    private static OurRouter ours(World world, Policy policy) {
        return new OurRouter(world, new DelayedAdverts(world, OurRouter.LAG_SECONDS), policy, SEED);
    }

    /** Two routers that know nothing of each other, each of which gets every other request. */
    private static World.Router twoOfOurs(World world) {
        var adverts = new DelayedAdverts(world, OurRouter.LAG_SECONDS);
        var routers = List.of(
                new OurRouter(world, adverts, Policy.ADVERTS, SEED),
                new OurRouter(world, adverts, Policy.ADVERTS, SEED + 1));
        return new World.Router() {
            private int turn;

            @Override
            public void arrived(Request request) {
                routers.get(turn++ % routers.size()).arrived(request);
            }
        };
    }

    private static Figures run(Trace trace, int blocks, Function<World, World.Router> router) {
        var world = new World(ENGINES, RATE, blocks);
        world.run(trace.requests(), router.apply(world));
        return world.figures();
    }
}
