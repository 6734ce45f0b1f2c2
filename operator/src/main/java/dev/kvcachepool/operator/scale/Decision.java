package dev.kvcachepool.operator.scale;

import dev.kvcachepool.operator.scale.Look.Figures;
import dev.kvcachepool.operator.scale.Look.Held;
import dev.kvcachepool.operator.scale.Sizing.Opinion;
import java.time.Instant;

/**
 * How many cache-nodes there shall be from now on. Pure.
 *
 * <p>Opinions of single looks are made calm as Kubernetes' HorizontalPodAutoscaler makes its recommendations, by stabilization
 * windows (KEP-853, "Configurable scale up/down speed for HPA"; {@code stabilizationWindowSeconds} of {@code autoscaling/v2}):
 *
 * <ol>
 *   <li>While a look can't be judged the number stays, and that look counts as one for the present number. One at which not all
 *       cache-nodes serve makes everything before it void: they begin to fill anew.
 *   <li>The first look, of a number of cache-nodes or of the operator's life, counts as one for the present number, too. So does one
 *       after a gap. Nothing happens before all have served for the fill time.
 *   <li>The pool grows to the fewest that any look of the up-window spoke for, if those are more than there are.
 *   <li>It shrinks to the most that any look of the down-window spoke for, if those are fewer; by one at a time, as {@link Sizing}
 *       speaks for no fewer, since each hands over what it holds.
 * </ol>
 *
 * <p>As a step begins a new past, the next one is at least the fill time and a window away, counted from when the new number serves.
 *
 * @param nodes how many there shall be
 * @param reason why
 * @param message why, in a sentence that stays the same while nothing happens
 * @param past what the next look follows
 */
record Decision(int nodes, ScaleReason reason, String message, Past past) {

    /** How a pool is to be scaled. */
    record Rules(Sizing sizing, int max, ScaleTimes times) {}

    /**
     * Decides.
     *
     * @param nodes how many there shall be up to now, within the bounds
     * @param before of any number of cache-nodes
     */
    static Decision of(Rules rules, int nodes, Look look, Past before, Instant now) {
        var times = rules.times();
        var past = before.upTo(nodes, now, times.gap());
        return switch (look) {
            case Held held
            when held.reason() == ScaleReason.NodesNotServing ->
                new Decision(nodes, held.reason(), held.why(), past.broken());
            case Held held -> new Decision(nodes, held.reason(), held.why(), past.with(nodes, now, times.longest()));
            case Figures figures -> {
                var opinion = rules.sizing().of(nodes, figures);
                yield judged(rules, nodes, opinion, past.serving(now).with(opinion.nodes(), now, times.longest()), now);
            }
        };
    }

    private static Decision judged(Rules rules, int nodes, Opinion opinion, Past past, Instant now) {
        var times = rules.times();
        if (opinion.nodes() == nodes) {
            return stays(nodes, opinion.reason(), theyAre(opinion), past);
        }
        var since = past.servingSince();
        if (since == null || since.plus(times.fill()).isAfter(now)) {
            return stays(
                    nodes,
                    ScaleReason.Filling,
                    "the cache-nodes have to serve for " + times.fill().toSeconds()
                            + " s before what they hold is judged",
                    past);
        }
        int fewest = past.fewest(now, times.up());
        int most = past.most(now, times.down());
        if (fewest > nodes) {
            return nodes >= rules.max() ? atMaximum(nodes, opinion, past) : grown(rules, nodes, fewest, opinion, past);
        }
        if (most < nodes) {
            return new Decision(
                    most,
                    ScaleReason.Shrunk,
                    "shrunk from " + nodes + " to " + most + " cache-nodes: " + opinion.figures(),
                    past);
        }
        return opinion.nodes() > nodes
                ? stays(
                        nodes,
                        ScaleReason.GrowthWanted,
                        "the pool grows once it was so for " + times.up().toSeconds() + " s: " + theyAre(opinion),
                        past)
                : stays(
                        nodes,
                        ScaleReason.ShrinkWanted,
                        "the pool shrinks once it was so for " + times.down().toSeconds() + " s: " + opinion.rule(),
                        past);
    }

    private static String theyAre(Opinion opinion) {
        return opinion.reason() == ScaleReason.HitsLacking ? opinion.rule() : "the tiers are " + opinion.rule();
    }

    private static Decision grown(Rules rules, int nodes, int wanted, Opinion opinion, Past past) {
        int more = Math.min(wanted, rules.max());
        return new Decision(
                more,
                ScaleReason.Grown,
                "grown from " + nodes + " to " + more + " cache-nodes: " + opinion.figures()
                        + (wanted > more ? "; spec.autoscaling.max allows no more" : ""),
                past);
    }

    private static Decision atMaximum(int nodes, Opinion opinion, Past past) {
        return stays(
                nodes,
                ScaleReason.AtMaximum,
                "more than the " + nodes + " cache-nodes of spec.autoscaling.max are wanted: " + theyAre(opinion)
                        + "; raise spec.autoscaling.max, or the sizes in spec.tiers",
                past);
    }

    private static Decision stays(int nodes, ScaleReason reason, String message, Past past) {
        return new Decision(nodes, reason, message, past);
    }
}
