package dev.kvcachepool.e2e.inference;

/** Prompts that nobody ever asked: what a pool costs where it can give nothing. */
final class NothingShared extends Workload {
    NothingShared(InferenceOptions options, Rig rig) {
        super(options, rig);
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        rig.node("node-1", ROOM);
        var engine = rig.pooled("engine-1", "node-1");
        for (int i = 0; i < (options.quick ? 3 : 10); i++) {
            ask("prompt " + i, COLD, text(1024), 8, "nothing-shared", engine);
        }
        return result(WorkloadName.nothing_shared, true, false);
    }
}
