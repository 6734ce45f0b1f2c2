package dev.kvcachepool.router.endpoint;

/**
 * How many requests come to the endpoints of late, and how much work they bring: both counts fade, by half in
 * {@value #HALF_LIFE_SECONDS} seconds. Thread-safe.
 */
public final class Traffic {
    static final double HALF_LIFE_SECONDS = 40;
    /** A count over less than this says nothing of a rate. */
    static final double LEAST_SECONDS = 10;

    private static final double FADE_SECONDS = HALF_LIFE_SECONDS / Math.log(2);

    private double requests;
    private double workSeconds;
    private double seconds;
    private long at;
    private boolean begun;

    /** A request was sent to an endpoint, for {@code workNanos} of its time. */
    synchronized void add(long workNanos, long now) {
        fade(now);
        requests++;
        workSeconds += workNanos / 1e9;
    }

    /** What comes to each of so many endpoints, were it shared out evenly. */
    synchronized Rates of(int endpoints, long now) {
        fade(now);
        var over = Math.max(seconds, LEAST_SECONDS) * Math.max(1, endpoints);
        return new Rates(requests / over, workSeconds / over);
    }

    private void fade(long now) {
        double passed = begun ? Math.max(0, now - at) / 1e9 : 0;
        double kept = Math.exp(-passed / FADE_SECONDS);
        requests *= kept;
        workSeconds *= kept;
        seconds = seconds * kept + FADE_SECONDS * (1 - kept);
        at = now;
        begun = true;
    }

    /**
     * Averages over endpoints and time.
     *
     * @param perSecond requests an endpoint a second
     * @param busy seconds of work an endpoint a second
     */
    public record Rates(double perSecond, double busy) {}
}
