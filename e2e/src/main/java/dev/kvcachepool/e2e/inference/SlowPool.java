package dev.kvcachepool.e2e.inference;

/**
 * A pool that is slower than computing, as one on a slow disk or behind a slow network: long prompts that another engine
 * stored are read by one to which the node's bytes come at about half the rate at which it computes such bytes itself.
 */
final class SlowPool extends Workload {
    private static final String SALT = "slow-pool";
    /**
     * Of the small model a token's keys and values are 16 KiB (16 layers, 2 heads of 64 floats, twice), and 2 cores compute
     * about 230 tokens a second: 3.7 MB/s.
     */
    private static final long BYTES_PER_SECOND = 1_800_000;
    /** Of the tiny one they are 2 KiB, of which some thousands are computed a second. */
    private static final long TINY_BYTES_PER_SECOND = 1_000_000;

    SlowPool(InferenceOptions options, Rig rig) {
        super(options, rig);
    }

    @Override
    WorkloadResult run() throws InterruptedException {
        rig.socketNode("node-slow", ROOM);
        var writer = rig.pooled("engine-beside", "node-slow");
        boolean tiny = options.size == InferenceOptions.Size.tiny;
        var engine = rig.slowed("engine-slow", "node-slow", tiny ? TINY_BYTES_PER_SECOND : BYTES_PER_SECOND);
        for (int i = 0; i < (options.quick ? 1 : 3); i++) {
            var prompt = text(1536);
            writer.ask(prompt, 1, SALT);
            writer.awaitStored();
            ask("prompt " + i, WARM, Texts.concat(prompt, text(40)), 8, SALT, engine);
        }
        return result(WorkloadName.slow_pool, true, true);
    }
}
