package dev.kvcachepool.e2e.inference;

/**
 * One prompt, answered without a pool and with one.
 *
 * @param step where in its workload
 * @param cold whether the pool could hold nothing of it, as its workload knows: what was read plays no part
 * @param promptTokens of the prompt
 */
public record Sample(String step, boolean cold, int promptTokens, Answer without, Answer with) {

    /** Whether both answers are the same tokens. */
    public boolean equal() {
        return without.tokens().equals(with.tokens());
    }

    /** How many times sooner the first token came with the pool. */
    public double ratio() {
        return without.firstTokenMs() / with.firstTokenMs();
    }
}
