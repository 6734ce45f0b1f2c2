package dev.kvcachepool.engine.serve;

/** How long a token takes to be computed, learned from the last ones. Confined to the engine's thread. */
final class ComputeSpeed {
    private static final double WEIGHT_OF_NEW = .3;

    private double secondsPerToken;

    /** Some tokens took so long in one step. */
    void learn(int tokens, long nanos) {
        double seen = nanos / 1e9 / tokens;
        secondsPerToken = secondsPerToken == 0 ? seen : secondsPerToken + WEIGHT_OF_NEW * (seen - secondsPerToken);
    }

    double secondsPerToken() {
        return secondsPerToken;
    }
}
