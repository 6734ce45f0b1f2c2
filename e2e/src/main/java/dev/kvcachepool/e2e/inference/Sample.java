package dev.kvcachepool.e2e.inference;

/**
 * One prompt, answered without a pool and with one.
 *
 * @param step where in its workload
 * @param promptTokens of the prompt
 */
public record Sample(String step, int promptTokens, Answer without, Answer with) {

    /** Whether both answers are the same tokens. */
    public boolean equal() {
        return without.tokens().equals(with.tokens());
    }

    /** How many times sooner the first token came with the pool. */
    public double ratio() {
        return without.firstTokenMs() / with.firstTokenMs();
    }
}
