package dev.kvcachepool.cachenode.tier;

import java.util.List;

/**
 * How much of a tier groups of tenants may take. Group {@value #OTHERS} is everybody who is in no other one, and has no limit
 * of its own.
 *
 * @param limits bytes by group, beginning with group 1; {@link #UNLIMITED} for one that counts as one of the others here
 */
public record Quotas(List<Long> limits) {
    /** The group of those without a quota. */
    public static final int OTHERS = 0;

    /** No quota. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Everybody is one of the others. */
    public static final Quotas NONE = new Quotas(List.of());

    public Quotas {
        limits = List.copyOf(limits);
        limits.forEach(limit -> {
            if (limit < 1) {
                throw new IllegalArgumentException("limits: " + limit + " is not allowed; allowed is 1 or more");
            }
        });
    }

    /** Groups, the others among them. */
    public int groups() {
        return limits.size() + 1;
    }

    /** Bytes that a group may take. */
    public long limit(int group) {
        return group == OTHERS ? UNLIMITED : limits.get(group - 1);
    }

    /** Whether a group has a limit. */
    public boolean isLimited(int group) {
        return limit(group) != UNLIMITED;
    }
}
