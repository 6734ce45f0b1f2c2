package dev.kvcachepool.e2e.inference;

/**
 * Two engines, each beside a cache-node of its own: what one computed is asked of the other, whose node reads it from the
 * first one's.
 */
final class TwoNodes extends Workload {
    TwoNodes(InferenceOptions options, Rig rig) {
        super(options, rig);
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        rig.node("node-1", ROOM);
        rig.node("node-2", ROOM).await();
        var first = rig.pooled("engine-1", "node-1");
        var second = rig.pooled("engine-2", "node-2");
        for (int i = 0; i < (options.quick ? 2 : 5); i++) {
            var prompt = text(2048);
            first.ask(Texts.concat(prompt, text(20)), 1, "two-nodes");
            first.awaitStored();
            // Adverts take a moment to reach the other node.
            Thread.sleep(1000);
            ask("prompt " + i, Texts.concat(prompt, text(40)), 8, "two-nodes", second);
        }
        return result(WorkloadName.two_nodes, true, true);
    }
}
