package dev.kvcachepool.operator.scale;

import dev.kvcachepool.crds.Autoscaling;
import dev.kvcachepool.crds.Eviction;
import dev.kvcachepool.operator.scale.Look.Figures;
import org.jspecify.annotations.Nullable;

/**
 * How many cache-nodes one look at a pool speaks for, whatever was before it. Pure.
 *
 * <p>A cache fills up whatever its size. Where more prompts want to be kept than fit, its tiers are full with any number of
 * cache-nodes, and "too full" alone would ask for more of them for ever. So:
 *
 * <ul>
 *   <li>Too full is what is fuller than {@code targetOccupancy}, or than the low watermark of eviction where that is lower: from
 *       there on values are evicted, and the tiers get no fuller.
 *   <li>Too full and no {@code targetHitRatio}: as many as would be filled to the target, at most twice as many.
 *   <li>Too full and a {@code targetHitRatio}: the same where prompts find less than that; none where they find as much, as those
 *       evicted are not missed; none while there are no prompts to judge by.
 *   <li>Emptier: one fewer, if they hold what is held and are then no fuller than nine tenths of the target (without that tenth a
 *       value more would bring the node back), and unless prompts find too little as it is.
 * </ul>
 *
 * @param target percent, of which the tiers shall be full at most
 * @param targetField where that comes from
 * @param targetHits percent; null where occupancy alone decides
 */
record Sizing(
        int min, int target, String targetField, @Nullable Integer targetHits) {
    /** What is left of the target after shrinking, in percent of it. */
    private static final int AFTER_SHRINKING = 90;
    /** Of a quotient that would be a whole number if computers could divide. */
    private static final double ROUNDING = 1e-9;

    static Sizing of(Autoscaling wanted, Eviction eviction) {
        boolean evictsFirst = eviction.lowWatermark() < wanted.targetOccupancy();
        return new Sizing(
                wanted.min(),
                evictsFirst ? eviction.lowWatermark() : wanted.targetOccupancy(),
                evictsFirst ? "spec.eviction.lowWatermark" : "spec.autoscaling.targetOccupancy",
                wanted.targetHitRatio());
    }

    /**
     * An opinion.
     *
     * @param nodes how many it is for; may be more than the most that are allowed
     * @param reason why it is for no other number; {@link ScaleReason#AsNeeded} where it is
     * @param rule why, without figures that move
     * @param figures why, with them
     */
    record Opinion(int nodes, ScaleReason reason, String rule, String figures) {}

    /** What {@code figures} of so many cache-nodes speak for. */
    Opinion of(int nodes, Figures figures) {
        double fill = figures.percentUsed();
        if (fill > target) {
            return full(nodes, fill, figures);
        }
        double fewer = nodes == 1 ? Double.POSITIVE_INFINITY : fill * nodes / (nodes - 1);
        boolean fits = fewer * 100 <= (double) target * AFTER_SHRINKING;
        if (!fits || nodes <= min) {
            return opinion(nodes, ScaleReason.AsNeeded, figures, rule("no fuller than"));
        }
        var hits = figures.hitPercent();
        if (targetHits != null && hits != null && hits < targetHits) {
            return opinion(
                    nodes,
                    ScaleReason.HitsLacking,
                    figures,
                    "fewer cache-nodes would hold what is held, but prompts find less than the " + targetHits
                            + " % of spec.autoscaling.targetHitRatio");
        }
        return new Opinion(
                nodes - 1,
                ScaleReason.AsNeeded,
                "fewer cache-nodes would hold what is held and be " + rule("no fuller than"),
                "what is held fills " + roundedUp(figures.percentUsed()) + " % of them and would fill "
                        + roundedUp(fewer) + " % of one fewer, with a target of " + target + " %");
    }

    private Opinion full(int nodes, double fill, Figures figures) {
        var hits = figures.hitPercent();
        if (targetHits != null && hits == null) {
            return opinion(
                    nodes,
                    ScaleReason.HitsUnknown,
                    figures,
                    rule("fuller than") + ", but no prompts of late tell whether they find the " + targetHits
                            + " % of spec.autoscaling.targetHitRatio");
        }
        if (targetHits != null && hits != null && hits >= targetHits) {
            return opinion(
                    nodes,
                    ScaleReason.HitsSuffice,
                    figures,
                    rule("fuller than") + ", but prompts find the " + targetHits
                            + " % of spec.autoscaling.targetHitRatio");
        }
        int proportional = roundedUp(nodes * fill / target);
        var lacking = targetHits == null
                ? ""
                : ", and prompts find less than the " + targetHits + " % of spec.autoscaling.targetHitRatio";
        return new Opinion(
                Math.clamp(proportional, nodes + 1, 2 * nodes),
                ScaleReason.AsNeeded,
                rule("fuller than") + lacking,
                "what is held fills " + roundedUp(figures.percentUsed()) + " % of them, with a target of " + target
                        + " %"
                        + (targetHits == null
                                ? ""
                                : ", and prompts find " + hits + " %, with a target of " + targetHits + " %"));
    }

    /** What is fuller than 80 % is not said to be 80 % full. */
    private static int roundedUp(double number) {
        return (int) Math.ceil(number - ROUNDING);
    }

    private String rule(String than) {
        return than + " the " + target + " % of " + targetField;
    }

    private static Opinion opinion(int nodes, ScaleReason reason, Figures figures, String rule) {
        return new Opinion(nodes, reason, rule, rule + ", " + roundedUp(figures.percentUsed()) + " %");
    }
}
