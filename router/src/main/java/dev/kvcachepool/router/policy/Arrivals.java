package dev.kvcachepool.router.policy;

/**
 * What comes to an endpoint on the average, so that a pick can tell what it does to those who come after it.
 *
 * @param perSecond requests an endpoint gets a second, 0 and up
 * @param busy share of the time in which an endpoint computes, 0 to {@value #MOST_BUSY}
 */
public record Arrivals(double perSecond, double busy) {
    /** Nobody comes after. */
    public static final Arrivals NONE = new Arrivals(0, 0);

    private static final double MOST_BUSY = .9;

    public Arrivals {
        busy = Math.min(busy, MOST_BUSY);
    }

    /**
     * How much longer all later requests together wait if {@code work} joins {@code queue}.
     *
     * <p>In a queue with arrivals of rate λ and utilization ρ a backlog {@code u} costs those who come {@code
     * λ·u² / (2(1−ρ))} of waiting until it is gone; what is returned is the difference that the work makes to it. Taken as
     * a cost of a pick this is the first step of policy iteration (E. Hyytiä, A. Penttinen, S. Aalto: Size- and
     * state-aware dispatching problem with queue-specific job sizes, EJOR 217, 2012).
     *
     * @param queueNanos backlog, and {@code workNanos} what is added to it, in nanoseconds, as is what is returned
     */
    double delayNanos(double queueNanos, double workNanos) {
        double squares = workNanos * (2 * queueNanos + workNanos);
        return perSecond / 1e9 * squares / (2 * (1 - busy));
    }
}
