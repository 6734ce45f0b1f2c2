package dev.kvcachepool.router.pick;

import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.TenantLoads;
import dev.kvcachepool.router.endpoint.Ticket;
import dev.kvcachepool.router.policy.Arrivals;
import dev.kvcachepool.router.policy.Candidate;
import dev.kvcachepool.router.policy.Estimate;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Picks endpoints for requests.
 *
 * <ol>
 *   <li>The prompt becomes a chain of block hashes (cached by prefix), if it can be steered at all.
 *   <li>The index says what each endpoint can read of it. Neither step waits for another request.
 *   <li>Under one lock, since each pick must see the load that the one before it booked: the load of each endpoint is
 *       read, the policy puts them in order, and the request is booked at the best.
 * </ol>
 *
 * Thread-safe. Hashing a long prompt takes milliseconds: not for an event loop.
 */
public final class Picker {
    private final Endpoints endpoints;
    private final Policy policy;
    private final TtftEstimator estimator;
    private final Steering steering;
    private final Holdings holdings;
    private final TenantLoads tenants;
    private final Sessions sessions = new Sessions();
    private final Hits hits;
    private final SentPrompts sent;
    private final RecentPicks recent = new RecentPicks();
    private final ReentrantLock deciding = new ReentrantLock();
    private long turn;

    /** One that refuses no tenant. */
    public Picker(Endpoints endpoints, Policy policy, TtftEstimator estimator, Steering steering, Holdings holdings) {
        this(endpoints, policy, estimator, steering, holdings, new TenantLoads(TenantLoads.UNLIMITED));
    }

    /**
     * A picker of {@code endpoints}.
     *
     * @param tenants says who is refused
     */
    public Picker(
            Endpoints endpoints,
            Policy policy,
            TtftEstimator estimator,
            Steering steering,
            Holdings holdings,
            TenantLoads tenants) {
        this.tenants = tenants;
        this.endpoints = endpoints;
        this.policy = policy;
        this.estimator = estimator;
        this.steering = steering;
        this.holdings = holdings;
        this.hits = new Hits(endpoints::now);
        this.sent = new SentPrompts(holdings.nodes(), endpoints::now);
    }

    public Policy policy() {
        return policy;
    }

    /** How much of the prompts that were picked for was held where they went. */
    public Hits hits() {
        return hits;
    }

    /** Whether what was picked for comes back as adverts. */
    public SentPrompts sent() {
        return sent;
    }

    /** What the last picks that were followed rested on. */
    public RecentPicks recent() {
        return recent;
    }

    /** Whether picks are as good as they get: false while the policy waits for the tables to be read. */
    public boolean ready() {
        return !policy.needsTable() || holdings.ready();
    }

    /** Puts the endpoints in order and books nothing: for callers that won't follow. */
    public Ranking rank(PickRequest request) {
        return decide(request, null).ranking();
    }

    /**
     * Puts the endpoints in order and books the request at the best. Until {@link #ready} it goes by load alone. Where every
     * queue is long a tenant with more than its share is refused: then there is no order, and no booking.
     */
    public Picked pick(PickRequest request, Ending ending) {
        var picked = decide(request, ending);
        recent.add(picked.ranking(), endpoints.now());
        return picked;
    }

    private Picked decide(PickRequest request, @Nullable Ending ending) {
        var candidates = request.endpoints().isEmpty()
                ? endpoints.all()
                : endpoints.all().stream()
                        .filter(endpoint -> request.endpoints().contains(endpoint.name()))
                        .toList();
        var plan = steering.plan(request);
        if (!plan.chain().isEmpty() && !holdings.ready()) {
            plan = plan.andLoadAlone("the index is catching up");
        }
        var held = holdings.of(candidates, plan);
        var picked = decide(request, ending, candidates, held, plan);
        if (picked.ticket() != null) {
            sent.sent(request.model(), plan, held);
        }
        return picked;
    }

    private Picked decide(
            PickRequest request,
            @Nullable Ending ending,
            List<Endpoint> candidates,
            List<Holdings.Held> held,
            Steering.Plan plan) {
        deciding.lock();
        try {
            var last = plan.chain().isEmpty() ? sessions.last(request, endpoints.now()) : Sessions.Turn.NONE;
            var ranking = rank(request, candidates, held, last.of(plan), last);
            return ending == null || ranking.ranked().isEmpty()
                    ? new Picked(ranking, null)
                    : booked(request, ranking, ending);
        } finally {
            deciding.unlock();
        }
    }

    private Picked booked(PickRequest request, Ranking ranking, Ending ending) {
        var best = ranking.ranked().getFirst();
        long wait = ranking.waitNanos(best);
        if (wait > 0) {
            return new Picked(ranking.refused(wait), null);
        }
        if (best.loadAlone().isEmpty()) {
            hits.picked(best.estimate().heldBlocks(), best.totalBlocks());
        } else {
            sessions.sent(request, best.endpoint().name(), ranking.tokens(), endpoints.now());
        }
        return new Picked(ranking, ranking.book(best, ending));
    }

    private Ranking rank(
            PickRequest request,
            List<Endpoint> candidates,
            List<Holdings.Held> held,
            Steering.Plan plan,
            Sessions.Turn last) {
        var traffic = endpoints.traffic();
        var arrivals = new Arrivals(traffic.perSecond(), traffic.busy());
        var admitted = new ArrayList<Endpoint>(candidates.size());
        var estimates = new ArrayList<Estimate>(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            var endpoint = candidates.get(i);
            var load = endpoint.load(plan.namespace(), plan.chain());
            if (load.admitted()) {
                estimates.add(estimator.estimate(
                        plan.size(),
                        candidate(admitted.size(), load, held.get(i), last.tokensAt(endpoint.name())),
                        arrivals));
                admitted.add(endpoint);
            }
        }
        var ranked = new ArrayList<Ranked>(admitted.size());
        for (var scored : policy.rank(estimates, turn++)) {
            var estimate = scored.estimate();
            ranked.add(new Ranked(
                    admitted.get(estimate.position()),
                    estimate,
                    scored.score(),
                    plan.size().blocks(),
                    plan.loadAlone()));
        }
        return new Ranking(
                ranked,
                plan,
                basis(ranked, plan),
                ranked.isEmpty() ? nobody(candidates) : "",
                tenants,
                request.tenant());
    }

    private String nobody(List<Endpoint> candidates) {
        if (endpoints.all().isEmpty()) {
            return "no endpoint: no engine is known at present";
        }
        return candidates.isEmpty() ? "no endpoint of those asked for is there" : "no endpoint answers at present";
    }

    private static Candidate candidate(int position, Endpoint.Load load, Holdings.Held held, int ofSession) {
        return new Candidate(
                position,
                load.queueNanos(),
                load.outstanding(),
                load.busy(),
                load.rates(),
                held.match(),
                Math.max(load.pendingBlocks(), ofSession),
                held.blockBytes(),
                held.quietShare(),
                load.heldBack());
    }

    private Ranking.Basis basis(List<Ranked> ranked, Steering.Plan plan) {
        if (ranked.isEmpty()) {
            return Ranking.Basis.NO_ENDPOINT;
        }
        if (!ready()) {
            return Ranking.Basis.INDEX_NOT_READY;
        }
        if (!plan.loadAlone().isEmpty()) {
            return ranked.getFirst().estimate().heldBlocks() > 0 ? Ranking.Basis.SESSION : Ranking.Basis.LOAD_ALONE;
        }
        return ranked.getFirst().estimate().heldBlocks() > 0 ? Ranking.Basis.PREFIX : Ranking.Basis.NOTHING_HELD;
    }

    /**
     * A ranking, and the booking at its best endpoint.
     *
     * @param ticket null where nothing was booked
     */
    public record Picked(Ranking ranking, @Nullable Ticket ticket) {}
}
