package dev.kvcachepool.router.prefill;

/**
 * The rates that all endpoints together show: ratios of the sums that each has learned, kept in step with every sample, so that
 * a pick asks nobody. Thread-safe.
 */
public final class PoolRates {
    /** Below it is what rounding leaves of sums that were taken back. */
    private static final double LEAST_SECONDS = 1e-9;

    private final PrefillRates initial;
    private final Total prefill = new Total();
    private final Total memory = new Total();
    private final Total disk = new Total();
    private volatile PrefillRates rates;

    private static final class Total {
        private double amount;
        private double seconds;

        void add(double moreAmount, double moreSeconds) {
            amount = Math.max(0, amount + moreAmount);
            seconds = Math.max(0, seconds + moreSeconds);
        }

        boolean isKnown() {
            return seconds > LEAST_SECONDS;
        }

        double perSecond(double unknown) {
            return isKnown() ? amount / seconds : unknown;
        }
    }

    /** Begins with {@code initial}, until endpoints have shown their own. */
    public PoolRates(PrefillRates initial) {
        this.initial = initial;
        this.rates = initial;
    }

    /** An endpoint that has learned something joins. */
    public void join(LearnedRates endpoint) {
        add(endpoint.sums(), 1);
    }

    /** An endpoint leaves and takes along what it has learned. */
    public void leave(LearnedRates endpoint) {
        add(endpoint.sums(), -1);
    }

    /** What an endpoint of the pool learns from a sample, the pool learns too. */
    public void learn(LearnedRates endpoint, PrefillWork work, long nanos) {
        var before = endpoint.sums();
        endpoint.observe(work, nanos, rates);
        var after = endpoint.sums();
        add(after.minus(before), 1);
    }

    private synchronized void add(LearnedRates.Sums sums, int times) {
        prefill.add(times * sums.tokens(), times * sums.prefillSeconds());
        memory.add(times * sums.memoryBytes(), times * sums.memorySeconds());
        disk.add(times * sums.diskBytes(), times * sums.diskSeconds());
        rates = new PrefillRates(
                prefill.perSecond(initial.tokensPerSecond()),
                memory.perSecond(initial.memoryBytesPerSecond()),
                disk.perSecond(initial.diskBytesPerSecond()));
    }

    /** Whether an endpoint has shown how fast it computes. */
    public synchronized boolean isKnown() {
        return prefill.isKnown();
    }

    public PrefillRates rates() {
        return rates;
    }
}
