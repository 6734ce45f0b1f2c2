package dev.kvcachepool.e2e.engine;

/**
 * What all engines of a demo have in common.
 *
 * @param model as in keys and requests
 * @param blockTokens tokens a block
 * @param blockBytes bytes a block
 * @param prefillTokensPerSecond of the GPU that is stood in for, in trace time
 * @param speed how much faster than the trace's time all runs
 */
public record EngineSettings(
        String model, int blockTokens, int blockBytes, double prefillTokensPerSecond, double speed) {

    /** Real time that the prefill of {@code tokens} takes, ns. */
    long prefillNanos(int tokens) {
        return (long) (tokens / prefillTokensPerSecond / speed * 1e9);
    }
}
