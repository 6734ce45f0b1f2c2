package dev.kvcachepool.router.prefill;

/**
 * An endpoint's rates, learned from first bytes.
 *
 * <p>Only the sum of computing and reading is seen. It is shared out among its parts in proportion to what each was expected to
 * take, and each part's rate is what was done by the time that it was given: the update of Richardson and Lucy for sums of which
 * only the total is observed (L. B. Lucy, An iterative technique for the rectification of observed distributions, 1974), one
 * step a sample. It keeps rates above 0; where prompts' mixtures differ the rates come apart. An endpoint of few samples goes
 * by the others, as {@link LearnedRate} has it. After a warm-up a sample's time is cut to within {@value #OUTLIER} times of what
 * was expected. Not thread-safe.
 */
public final class LearnedRates {
    /** First bytes until its own rates are relied on. */
    public static final int WARM_UP = 5;

    static final double OUTLIER = 4;

    private final LearnedRate prefill = new LearnedRate();
    private final LearnedRate memory = new LearnedRate();
    private final LearnedRate disk = new LearnedRate();
    private int samples;

    /**
     * What was learned of late, for the pool's rates: amounts in tokens and bytes, and the seconds that each took.
     */
    record Sums(
            double tokens,
            double prefillSeconds,
            double memoryBytes,
            double memorySeconds,
            double diskBytes,
            double diskSeconds) {

        Sums minus(Sums other) {
            return new Sums(
                    tokens - other.tokens,
                    prefillSeconds - other.prefillSeconds,
                    memoryBytes - other.memoryBytes,
                    memorySeconds - other.memorySeconds,
                    diskBytes - other.diskBytes,
                    diskSeconds - other.diskSeconds);
        }
    }

    /**
     * Takes a sample: {@code work} took so many {@code nanos}. A sample without tokens or time says nothing.
     *
     * @param prior the pool's rates
     */
    public void observe(PrefillWork work, long nanos, PrefillRates prior) {
        if (work.tokens() <= 0 || nanos <= 0) {
            return;
        }
        var rates = rates(prior);
        double prefillSeconds = work.tokens() / rates.tokensPerSecond();
        double memorySeconds = work.memoryBytes() / rates.memoryBytesPerSecond();
        double diskSeconds = work.diskBytes() / rates.diskBytesPerSecond();
        double expected = prefillSeconds + memorySeconds + diskSeconds;
        double took = nanos / 1e9;
        if (samples >= WARM_UP) {
            took = Math.clamp(took, expected / OUTLIER, expected * OUTLIER);
        }
        learn(prefill, (double) work.tokens(), prefillSeconds / expected, took);
        learn(memory, work.memoryBytes(), memorySeconds / expected, took);
        learn(disk, work.diskBytes(), diskSeconds / expected, took);
        samples = Math.min(samples + 1, WARM_UP);
    }

    private static void learn(LearnedRate rate, double amount, double share, double took) {
        if (share > 0) {
            rate.observe(amount, share * took, share);
        }
    }

    /** The rates now; {@code prior}, the pool's, as long as there are few samples. */
    public PrefillRates rates(PrefillRates prior) {
        return new PrefillRates(
                prefill.perSecond(prior.tokensPerSecond()),
                memory.perSecond(prior.memoryBytesPerSecond()),
                disk.perSecond(prior.diskBytesPerSecond()));
    }

    /** First bytes that they were learned from, up to {@value #WARM_UP}. */
    public int samples() {
        return samples;
    }

    Sums sums() {
        return new Sums(
                prefill.amount(), prefill.seconds(), memory.amount(), memory.seconds(), disk.amount(), disk.seconds());
    }
}
