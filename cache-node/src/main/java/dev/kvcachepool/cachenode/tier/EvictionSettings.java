package dev.kvcachepool.cachenode.tier;

/**
 * What leaves a tier first, and what may be kept from leaving.
 *
 * @param kind the policy
 * @param pinnedPercent of the tier that pins may hold, 0 to 100
 */
public record EvictionSettings(EvictionKind kind, int pinnedPercent) {
    /** The default policy, and pins on a quarter. */
    public static final EvictionSettings DEFAULTS = new EvictionSettings(EvictionKind.DEFAULT, 25);

    public EvictionSettings {
        if (pinnedPercent < 0 || pinnedPercent > 100) {
            throw new IllegalArgumentException(
                    "pinnedPercent: '%d' is not allowed; allowed are 0 to 100".formatted(pinnedPercent));
        }
    }
}
