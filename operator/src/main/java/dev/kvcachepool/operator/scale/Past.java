package dev.kvcachepool.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the looks of late spoke for, all of them at the same number of cache-nodes. Immutable.
 *
 * @param nodes how many there were
 * @param servingSince since when all of them serve; null while they don't, or before the first look
 * @param runs of looks that spoke for the same, the oldest first
 */
record Past(int nodes, @Nullable Instant servingSince, List<Run> runs) {
    /** Of which nothing is known. */
    static final Past NONE = new Past(0, null, List.of());

    Past {
        runs = List.copyOf(runs);
    }

    /** Looks one after another that spoke for {@code wanted} cache-nodes. */
    record Run(Instant from, Instant to, int wanted) {}

    /** This, unless it is of another number of cache-nodes, or ends so long ago that much may have happened since. */
    Past upTo(int number, Instant now, Duration gap) {
        var silent = !runs.isEmpty() && runs.getLast().to().plus(gap).isBefore(now);
        return nodes == number && !silent ? this : new Past(number, null, List.of());
    }

    /** Not all cache-nodes serve: what was seen before says nothing of what will be. */
    Past broken() {
        return new Past(nodes, null, List.of());
    }

    /** With a look that speaks for {@code wanted}. The first look of all speaks for what there is, as one alone says little. */
    Past with(int wanted, Instant now, Duration longest) {
        var kept = new ArrayList<Run>();
        runs.stream().filter(run -> isWithin(run, now, longest)).forEach(kept::add);
        int said = runs.isEmpty() ? nodes : wanted;
        if (!kept.isEmpty() && kept.getLast().wanted() == said) {
            var last = kept.removeLast();
            kept.add(new Run(last.from(), now, said));
        } else {
            kept.add(new Run(now, now, said));
        }
        return new Past(nodes, servingSince, kept);
    }

    /** All cache-nodes serve. */
    Past serving(Instant now) {
        return servingSince == null ? new Past(nodes, now, runs) : this;
    }

    /** The fewest that any look of the window spoke for. */
    int fewest(Instant now, Duration window) {
        return extreme(now, window, Math::min);
    }

    /** The most that any look of the window spoke for. */
    int most(Instant now, Duration window) {
        return extreme(now, window, Math::max);
    }

    private int extreme(Instant now, Duration window, IntBinaryOperator which) {
        return runs.stream()
                .filter(run -> isWithin(run, now, window))
                .mapToInt(Run::wanted)
                .reduce(which)
                .orElse(nodes);
    }

    private static boolean isWithin(Run run, Instant now, Duration window) {
        return run.to().plus(window).isAfter(now);
    }
}
