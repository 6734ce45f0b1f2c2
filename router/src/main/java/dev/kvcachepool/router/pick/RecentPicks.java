package dev.kvcachepool.router.pick;

import dev.kvcachepool.router.policy.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last {@value #KEPT} picks that were followed or refused, and what each of them weighed: for people to look at. Nothing of
 * a prompt is kept but its length, neither model nor tenant, and of the candidates the {@value #CANDIDATES} best, so that all
 * of it is bounded however many endpoints there are. A pick pays for it with an object for each of those, and waits for
 * nobody. Thread-safe.
 */
public final class RecentPicks {
    static final int KEPT = 32;
    static final int CANDIDATES = 8;

    private final AtomicReferenceArray<@Nullable Pick> kept = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong picks = new AtomicLong();

    /**
     * A pick.
     *
     * @param number counts up by one a pick, from 1
     * @param atNanos when, by the clock of {@link dev.kvcachepool.router.endpoint.Endpoints#now}
     * @param tokens of the prompt, an estimate where it came as text
     * @param blocks full blocks of the prompt, 0 where it could not be looked up
     * @param loadAlone why it could not be, in a few words that are the router's own; empty where it was
     * @param candidates how many endpoints were put in order
     * @param best the first of them, in this order; the first one was picked. Empty where nobody was
     */
    public record Pick(
            long number,
            long atNanos,
            Ranking.Basis basis,
            long tokens,
            int blocks,
            String loadAlone,
            int candidates,
            List<Weighed> best) {}

    /** What was thought of one endpoint. */
    public record Weighed(String endpoint, Estimate estimate, double score) {}

    void add(Ranking ranking, long nowNanos) {
        var ranked = ranking.ranked();
        int count = Math.min(ranked.size(), CANDIDATES);
        var best = new ArrayList<Weighed>(count);
        for (int i = 0; i < count; i++) {
            var each = ranked.get(i);
            best.add(new Weighed(each.endpoint().name(), each.estimate(), each.score()));
        }
        var loadAlone = count == 0 ? "" : ranked.getFirst().loadAlone();
        var number = picks.incrementAndGet();
        kept.set(
                (int) (number % KEPT),
                new Pick(
                        number,
                        nowNanos,
                        ranking.basis(),
                        ranking.tokens(),
                        ranking.blocks(),
                        loadAlone,
                        ranked.size(),
                        best));
    }

    /** The latest one first. Of picks made at the same moment some may be missing, or older ones be there still. */
    public List<Pick> latest() {
        var all = new ArrayList<Pick>(KEPT);
        for (int i = 0; i < KEPT; i++) {
            var pick = kept.get(i);
            if (pick != null) {
                all.add(pick);
            }
        }
        all.sort(Comparator.comparingLong(Pick::number).reversed());
        return all;
    }
}
