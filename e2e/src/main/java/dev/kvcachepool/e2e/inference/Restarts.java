package dev.kvcachepool.e2e.inference;

/** Conversations that go on after the engine, or the node with its disk, was another process. */
final class Restarts extends Workload {
    private final boolean node;

    Restarts(InferenceOptions options, Rig rig, boolean node) {
        super(options, rig);
        this.node = node;
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        var name = node ? "node-disk" : "node-1";
        var salt = node ? "node-restarted" : "engine-restarted";
        var engineName = node ? "engine-disk" : "engine-1";
        rig.node(name, ROOM);
        for (int i = 0; i < (options.quick ? 1 : 3); i++) {
            var prompt = text(1536);
            var engine = rig.pooled(engineName, name);
            var said = engine.ask(prompt, 8, salt);
            engine.awaitStored();
            rig.end(engineName);
            if (node) {
                rig.end(name);
                rig.node(name, ROOM).await();
            }
            var next = Texts.concat(prompt, Texts.of(said.tokens()), text(40));
            ask("restart " + i, WARM, next, 8, salt, rig.restarted(engineName, name));
        }
        rig.end(node ? engineName : "");
        return result(node ? WorkloadName.node_restarted : WorkloadName.engine_restarted, true, true);
    }
}
