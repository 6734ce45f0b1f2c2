package dev.kvcachepool.e2e.inference;

/** Ten turns that grow to 4,000 tokens; the first one is cold. What was said is each prompt's beginning. */
final class Conversation extends Workload {
    private static final int ANSWER = 20;

    Conversation(InferenceOptions options, Rig rig) {
        super(options, rig);
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        rig.node("node-1", ROOM);
        var engine = rig.pooled("engine-1", "node-1");
        int turns = options.quick ? 4 : 10;
        var prompt = text(400);
        for (int turn = 1; turn <= turns; turn++) {
            var sample = ask("turn " + turn, turn == 1, prompt, ANSWER, "conversation", engine);
            prompt = Texts.concat(prompt, Texts.of(sample.without().tokens()), text(380));
        }
        return result(WorkloadName.conversation, true, true);
    }
}
