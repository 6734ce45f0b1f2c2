package dev.kvcachepool.router.prefill;

/**
 * How fast an engine comes to a prompt's first token: how fast it computes, and how fast held blocks come to it, from the node
 * beside it or over the network, as the pool is placed. Infinity is a rate: what takes no time.
 *
 * @param tokensPerSecond above 0
 * @param memoryBytesPerSecond from nodes' GPU and host tiers and the engine's host tier, above 0
 * @param diskBytesPerSecond from nodes' disk tiers, above 0
 */
public record PrefillRates(double tokensPerSecond, double memoryBytesPerSecond, double diskBytesPerSecond) {

    /** Where reading takes no time. */
    public static PrefillRates computing(double tokensPerSecond) {
        return new PrefillRates(tokensPerSecond, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /** How long {@code work} takes alone. */
    public long nanos(PrefillWork work) {
        return prefillNanos(work) + readNanos(work);
    }

    /** The computing of it. */
    public long prefillNanos(PrefillWork work) {
        return (long) (work.tokens() * 1e9 / tokensPerSecond);
    }

    /** The reading of it. */
    public long readNanos(PrefillWork work) {
        return (long) (work.memoryBytes() * 1e9 / memoryBytesPerSecond + work.diskBytes() * 1e9 / diskBytesPerSecond);
    }
}
