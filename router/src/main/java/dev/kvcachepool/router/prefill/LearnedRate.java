package dev.kvcachepool.router.prefill;

/**
 * One rate, as a ratio of what was done and how long it took: both sums fade, and a prior weighs as much as one second of it
 * would. As a ratio of sums, large samples count for more than small ones, whose amounts are least certain (a mean of ratios
 * let them mislead the queues by a third). Not thread-safe.
 */
final class LearnedRate {
    static final double SHARE = 0.08;
    static final double PRIOR_SECONDS = 1;

    private double amount;
    private double seconds;

    /**
     * Takes a sample.
     *
     * @param weight 0 to 1, how much of a sample it is: what is known fades by so much
     */
    void observe(double more, double took, double weight) {
        double kept = 1 - SHARE * weight;
        amount = amount * kept + more;
        seconds = seconds * kept + took;
    }

    /** Per second; {@code prior} as long as there are few samples. */
    double perSecond(double prior) {
        return (amount + PRIOR_SECONDS * prior) / (seconds + PRIOR_SECONDS);
    }

    /** What was done of late, as {@link #seconds} are the time that it took. */
    double amount() {
        return amount;
    }

    double seconds() {
        return seconds;
    }
}
