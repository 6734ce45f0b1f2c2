package dev.kvcachepool.e2e.inference;

/** The same long examples before short questions; the first one is cold. */
final class FewShot extends Workload {
    FewShot(InferenceOptions options, Rig rig) {
        super(options, rig);
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        rig.node("node-1", ROOM);
        var engine = rig.pooled("engine-1", "node-1");
        var examples = text(options.quick ? 1024 : 3072);
        for (int question = 0; question < (options.quick ? 3 : 6); question++) {
            var prompt = Texts.concat(examples, text(40));
            ask("question " + question, question == 0, prompt, 8, "few-shot", engine);
        }
        return result(WorkloadName.few_shot, true, true);
    }
}
