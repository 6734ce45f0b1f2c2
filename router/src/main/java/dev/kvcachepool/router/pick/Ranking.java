package dev.kvcachepool.router.pick;

import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.TenantLoads;
import dev.kvcachepool.router.endpoint.Ticket;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Endpoints in order for one request, best first. Immutable; thread-safe. */
public final class Ranking {
    private static final int MOST_SECONDS = 60;

    private final List<Ranked> ranked;
    private final Steering.Plan plan;
    private final Basis basis;
    private final String nobody;
    private final TenantLoads tenants;
    private final String tenant;

    Ranking(List<Ranked> ranked, Steering.Plan plan, Basis basis, String nobody, TenantLoads tenants, String tenant) {
        this.ranked = List.copyOf(ranked);
        this.plan = plan;
        this.basis = basis;
        this.nobody = nobody;
        this.tenants = tenants;
        this.tenant = tenant;
    }

    /** How long the request must wait for its tenant's share before it may go to {@code choice}; 0 where it need not. */
    long waitNanos(Ranked choice) {
        return tenants.waitNanos(tenant, choice.estimate().workNanos(), this::shortestNanos);
    }

    private long shortestNanos() {
        long shortest = Long.MAX_VALUE;
        for (var each : ranked) {
            shortest = Math.min(shortest, each.estimate().queueNanos());
        }
        return shortest;
    }

    /** The same request refused, since its tenant has more under way than its share. */
    Ranking refused(long waitNanos) {
        var seconds = Math.clamp(TimeUnit.NANOSECONDS.toSeconds(waitNanos) + 1, 1, MOST_SECONDS);
        return new Ranking(List.of(), plan, Basis.OVER_SHARE, "try again in " + seconds + " s", tenants, tenant);
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

    /** Of the prompt. */
    long tokens() {
        return plan.size().tokens();
    }

    /** Full blocks of the prompt, 0 where it could not be looked up. */
    int blocks() {
        return plan.size().blocks();
    }

    /** Books the request at {@code choice}, one of this ranking, as it stands there. */
    public Ticket book(Ranked choice, Ending ending) {
        var estimate = choice.estimate();
        return choice.endpoint()
                .book(
                        estimate.work(),
                        plan.namespace(),
                        plan.chain(),
                        ending,
                        tenants.add(tenant, estimate.workNanos()));
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
        /** Every queue is long, and the tenant has more under way than its share: nobody is sent to. */
        OVER_SHARE("over-share"),
        /** The prompt could not be looked up, but the best endpoint had its session's last one. */
        SESSION("session"),
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
