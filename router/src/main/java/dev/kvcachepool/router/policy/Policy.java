package dev.kvcachepool.router.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How endpoints are put in order: by a cost in nanoseconds, ascending. Costs within the same millisecond are a tie, which
 * goes to the endpoint that was given least work of late, then to the one with fewest outstanding requests, then to the
 * next in rotation: where least is computed, what a cache drops for it has lain unused for longest. New endpoints that have
 * as many requests as they are given come after all others, in the same order among themselves. Pure functions.
 */
public enum Policy {
    /**
     * Least estimated time to first token, and what the request makes later ones wait. The queue weighs in the same unit
     * as the prefix, so that a prompt whose first block everyone shares doesn't drag all requests to the node that happens
     * to hold it. That later ones count makes tokens dearer the busier the pool is: a request then rather waits a little
     * for who holds its prefix than has it computed again.
     */
    ADVERTS("adverts", true) {
        @Override
        double cost(Estimate estimate, int distance) {
            return (double) estimate.ttftNanos() + estimate.delayNanos();
        }
    },
    /** Each endpoint in turn. */
    ROUND_ROBIN("round-robin", false) {
        @Override
        double cost(Estimate estimate, int distance) {
            return distance * 1e9;
        }
    },
    /** Fewest outstanding estimated work. */
    LEAST_LOADED("least-loaded", false) {
        @Override
        double cost(Estimate estimate, int distance) {
            return estimate.queueNanos();
        }
    };

    /** More than any queue. */
    private static final double HELD_BACK_NANOS = 1e15;

    private static final double TIE_NANOS = 1e6;
    private static final double TIE_BUSY = .001;

    private final String id;
    private final boolean needsTable;

    Policy(String id, boolean needsTable) {
        this.id = id;
        this.needsTable = needsTable;
    }

    /** The name in flags and metrics. */
    public String id() {
        return id;
    }

    /** Whether it says nothing useful before the advert tables are read. */
    public boolean needsTable() {
        return needsTable;
    }

    public static Optional<Policy> ofId(String id) {
        return Arrays.stream(values()).filter(policy -> policy.id.equals(id)).findFirst();
    }

    /** All ids, for messages that say what is allowed. */
    public static String ids() {
        return Arrays.stream(values()).map(Policy::id).collect(Collectors.joining(", "));
    }

    /**
     * Puts {@code estimates} in order, best first.
     *
     * @param estimates one an endpoint, in the order of their positions
     * @param turn counts up by one a pick
     */
    public List<Scored> rank(List<Estimate> estimates, long turn) {
        var size = estimates.size();
        var scored = new Scored[size];
        for (int i = 0; i < size; i++) {
            var distance = (int) Math.floorMod(i - turn, (long) size);
            var estimate = estimates.get(i);
            var cost = cost(estimate, distance) + (estimate.heldBack() ? HELD_BACK_NANOS : 0);
            scored[i] = new Scored(
                    estimate, cost, (long) (cost / TIE_NANOS), (long) (estimate.busy() / TIE_BUSY), distance);
        }
        Arrays.sort(scored, Policy::order);
        return List.of(scored);
    }

    /** Best first. One comparison, not a chain of them: each pick makes some hundreds. */
    private static int order(Scored one, Scored other) {
        int order = Long.compare(one.costTies, other.costTies);
        if (order == 0) {
            order = Long.compare(one.busyTies, other.busyTies);
        }
        if (order == 0) {
            order = Integer.compare(one.estimate.outstanding(), other.estimate.outstanding());
        }
        return order == 0 ? Integer.compare(one.distance, other.distance) : order;
    }

    /** The cost in nanoseconds, or in seconds times 1e9 where no time is meant. */
    abstract double cost(Estimate estimate, int distance);

    /**
     * An endpoint's estimate with what the policy made of it.
     *
     * @param cost in nanoseconds, less is better
     * @param costTies the cost in units within which costs are equal, as {@code busyTies} are the work of late
     * @param distance turns away in rotation
     */
    public record Scored(Estimate estimate, double cost, long costTies, long busyTies, int distance) {

        /** 1 for no cost, towards 0 for a high one. */
        public double score() {
            return 1 / (1 + cost / 1e9);
        }
    }
}
