package dev.kvcachepool.e2e.inference;

import java.util.List;

/**
 * Two engines, each beside a cache-node of its own, and a router before them. What the first computed is asked of the second,
 * whose node reads it from the first one's; then of the router, which sends it to where it is.
 */
final class TwoNodes extends Workload {
    private static final String SALT = "two-nodes";

    TwoNodes(InferenceOptions options, Rig rig) {
        super(options, rig);
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        rig.node("node-1", ROOM);
        rig.node("node-2", ROOM);
        var first = rig.pooled("engine-1", "node-1");
        var second = rig.pooled("engine-2", "node-2");
        var router = rig.router(
                "router-of-two", List.of(rig.endpoint("engine-1", "node-1"), rig.endpoint("engine-2", "node-2")));
        var routed = new EngineClient(router.address("http"), rig.model());
        var probe = new RouterProbe(router.address("http"), rig.model());
        for (int i = 0; i < (options.quick ? 2 : 4); i++) {
            var prompt = text(2048);
            first.ask(Texts.concat(prompt, text(20)), 1, SALT);
            first.awaitStored();
            probe.awaitPrefix(prompt, SALT);
            var other = Texts.concat(prompt, text(40));
            ask("prompt " + i + " of the other engine", WARM, other, 8, SALT, second);
            var again = Texts.concat(prompt, text(40));
            ask("prompt " + i + " of the router", WARM, again, 8, SALT, routed);
            first.awaitStored();
            second.awaitStored();
        }
        return result(WorkloadName.two_nodes, true, true);
    }
}
