package dev.kvcachepool.router.pick;

import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.Ticket;
import java.util.List;

/** Endpoints in order for one request, best first. Immutable; thread-safe. */
public final class Ranking {
    private final List<Ranked> ranked;
    private final Steering.Plan plan;
    private final Basis basis;
    private final String nobody;

    Ranking(List<Ranked> ranked, Steering.Plan plan, Basis basis, String nobody) {
        this.ranked = List.copyOf(ranked);
        this.plan = plan;
        this.basis = basis;
        this.nobody = nobody;
    }

    /** Empty when no endpoint may be sent to. */
    public List<Ranked> ranked() {
        return ranked;
    }

    /** What the order rests on, for counting. */
    public Basis basis() {
        return basis;
    }

    /** Why no endpoint may be sent to, in a few words for users; empty where one may. */
    public String nobody() {
        return nobody;
    }

    /** Books the request at {@code choice}, one of this ranking, as it stands there. */
    public Ticket book(Ranked choice, Ending ending) {
        var estimate = choice.estimate();
        return choice.endpoint()
                .book(estimate.missingTokens(), estimate.readNanos(), plan.namespace(), plan.chain(), ending);
    }

    /** What an order rests on. */
    public enum Basis {
        /** The best endpoint holds some of the prompt. */
        PREFIX("prefix"),
        /** The prompt could be looked up, but the best endpoint holds none of it. */
        NOTHING_HELD("nothing-held"),
        /** The prompt could not be looked up. */
        LOAD_ALONE("load-alone"),
        /** The advert tables are not read yet. */
        INDEX_NOT_READY("index-not-ready"),
        /** There is no endpoint to send to. */
        NO_ENDPOINT("no-endpoint");

        private final String id;

        Basis(String id) {
            this.id = id;
        }

        /** The name in metrics. */
        public String id() {
            return id;
        }
    }
}
