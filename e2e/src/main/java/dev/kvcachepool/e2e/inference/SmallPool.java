package dev.kvcachepool.e2e.inference;

import java.util.ArrayList;

/** Conversations in turns whose keys and values take three times what the pool has: much is gone before it is asked for. */
final class SmallPool extends Workload {
    SmallPool(InferenceOptions options, Rig rig) {
        super(options, rig);
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        rig.smallNode("node-small", options.size == InferenceOptions.Size.tiny ? "8Mi" : "64Mi");
        var engine = rig.pooled("engine-small", "node-small");
        var prompts = new ArrayList<int[]>();
        for (int i = 0; i < (options.quick ? 3 : 6); i++) {
            prompts.add(text(1024));
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < prompts.size(); i++) {
                var prompt = Texts.concat(prompts.get(i), text(64));
                ask("round " + round + " conversation " + i, round == 0, prompt, 8, "small", engine);
            }
        }
        return result(WorkloadName.pool_too_small, true, true);
    }
}
