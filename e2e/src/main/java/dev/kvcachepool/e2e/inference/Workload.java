package dev.kvcachepool.e2e.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Prompts that are asked without a pool and with one, in turns, so that both meet the same machine. */
abstract class Workload {
    static final int VOCABULARY = 8192;
    /** Host memory of a node that has room for everything. */
    static final String ROOM = "1Gi";
    /** Of a prompt of which the pool can hold nothing. */
    static final boolean COLD = true;

    static final boolean WARM = false;

    final InferenceOptions options;
    final Rig rig;
    final SplittableRandom random;
    private final List<Sample> samples = new ArrayList<>();

    Workload(InferenceOptions options, Rig rig) {
        this.options = options;
        this.rig = rig;
        this.random = new SplittableRandom(options.seed);
    }

    abstract WorkloadResult run() throws InterruptedException;

    final int[] text(int tokens) {
        return Texts.random(
                random, options.size == InferenceOptions.Size.tiny ? Math.max(1, tokens / 4) : tokens, VOCABULARY);
    }

    /**
     * Asks both, and waits until the pool has what was computed.
     *
     * @param cold {@link #COLD} or {@link #WARM}
     */
    final Sample ask(String step, boolean cold, int[] prompt, int maxTokens, String salt, EngineClient with)
            throws InterruptedException {
        var plain = rig.plain().ask(prompt, maxTokens, "");
        var pooled = with.ask(prompt, maxTokens, salt);
        with.awaitStored();
        var sample = new Sample(step, cold, prompt.length, plain, pooled);
        samples.add(sample);
        return sample;
    }

    final WorkloadResult result(WorkloadName name, boolean exact, boolean reusable) {
        return new WorkloadResult(name.name(), exact, reusable, samples);
    }
}
