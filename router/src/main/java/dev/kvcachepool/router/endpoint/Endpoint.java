package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.prefill.LearnedRates;
import dev.kvcachepool.router.prefill.PoolRates;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One engine endpoint and what the router knows of it. Thread-safe: everything goes through this object's lock, which is
 * held for microseconds only.
 */
public final class Endpoint {
    /** How long blocks count as on their way after their request ended: storing and advertising them takes less. */
    public static final Duration ADVERT_GRACE = Duration.ofSeconds(3);

    private final LongSupplier nanoTime;
    private final WorkQueue queue = new WorkQueue();
    private final LearnedRates learned = new LearnedRates();
    private final ForeignWork foreign = new ForeignWork();
    private final Traffic ownTraffic = new Traffic();
    private final Traffic traffic;
    private final PoolRates poolRates;
    private final PendingPrefixes pending = new PendingPrefixes();
    private final Ejection ejection;
    private final ColdStart coldStart;
    private volatile EndpointSpec spec;
    private boolean departed;
    private int outstanding;
    private volatile @Nullable EngineReport report;
    private volatile EngineTraits traits = EngineTraits.UNKNOWN;

    Endpoint(EndpointSpec spec, PoolRates poolRates, LongSupplier nanoTime, RandomGenerator random, Traffic traffic) {
        this.spec = spec;
        this.poolRates = poolRates;
        this.nanoTime = nanoTime;
        this.traffic = traffic;
        this.ejection = new Ejection(random);
        this.coldStart = new ColdStart(poolRates.isKnown(), nanoTime.getAsLong());
    }

    public EndpointSpec spec() {
        return spec;
    }

    public String name() {
        return spec.name();
    }

    /** Other facts of the same engine; name and URL are as before. */
    void spec(EndpointSpec facts) {
        spec = facts;
    }

    /** The engine's own word on its load has come. */
    public synchronized void report(EngineReport latest) {
        var _ = settle();
        foreign.reported(latest, queue.bookedUntil(latest.atNanos()));
        report = latest;
    }

    /** The engine's latest word on its load; null before the first, or where it says nothing. */
    public @Nullable EngineReport report() {
        return report;
    }

    /** How the engine is made, as its metrics last said. */
    public void traits(EngineTraits latest) {
        traits = latest;
    }

    public EngineTraits traits() {
        return traits;
    }

    /** How much of the queue other routers sent there, by the engine's own word. */
    public synchronized long foreignNanos() {
        return foreign.nanos(settle(), queue.size() == 0);
    }

    /** Admits nobody from now on; the requests that are there end as they would have. */
    synchronized void leave() {
        departed = true;
        poolRates.leave(learned);
    }

    synchronized void comeBack() {
        departed = false;
        poolRates.join(learned);
    }

    /** Requests not yet finished. */
    synchronized int outstanding() {
        var _ = settle();
        return outstanding;
    }

    /** Whether requests may be sent there: false once it has left, and while it is ejected after failures. */
    public synchronized boolean admits() {
        return !departed && ejection.admits(nanoTime.getAsLong());
    }

    /**
     * The endpoint as it is now.
     *
     * @param namespace with {@code chain} the prompt to look for among prefixes on their way; the chain may be empty
     */
    public synchronized Load load(Namespace namespace, List<BlockHash> chain) {
        var now = settle();
        var rates = rates();
        var foreignNanos = foreign.nanos(now, queue.size() == 0);
        return new Load(
                !departed && ejection.admits(now),
                queue.remainingNanos(now, rates) + foreignNanos,
                foreignNanos,
                outstanding,
                ownTraffic.of(1, now).busy(),
                rates,
                chain.isEmpty() ? 0 : pending.match(namespace, chain),
                coldStart.isCold(learned.samples(), now),
                coldStart.isFull(queue.size(), learned.samples(), now),
                ejection.failures());
    }

    /**
     * Books a request that is about to be sent there; the ticket says when it ended.
     *
     * @param amount estimated to be computed and read
     * @param chain the prompt's blocks, to be held there soon; not modified
     */
    public Ticket book(PrefillWork amount, Namespace namespace, List<BlockHash> chain, Ending ending) {
        return book(amount, namespace, chain, ending, () -> {});
    }

    /**
     * The same.
     *
     * @param prefilled is run once, when the prefill is over or given up, under this object's lock
     */
    public synchronized Ticket book(
            PrefillWork amount, Namespace namespace, List<BlockHash> chain, Ending ending, Runnable prefilled) {
        var now = settle();
        var work = new Work(amount, now, ending, pending.claim(namespace, chain), prefilled);
        queue.add(work, now);
        var nanos = rates().nanos(amount);
        foreign.sent(nanos);
        traffic.add(nanos, now);
        ownTraffic.add(nanos, now);
        outstanding++;
        if (ending != Ending.UNSEEN) {
            ejection.sending(now);
        }
        return new Ticket(this, work);
    }

    synchronized void answered() {
        ejection.answered();
    }

    synchronized void firstByte(Work work) {
        var now = settle();
        if (work.ending == Ending.FIRST_BYTE) {
            var served = queue.finish(work, now);
            if (departed) {
                learned.observe(work.amount, served, poolRates.rates());
            } else {
                poolRates.learn(learned, work.amount, served);
            }
        }
    }

    synchronized void complete(Work work) {
        var now = settle();
        queue.leave(work, now);
        pending.releaseAt(work.claim, now + ADVERT_GRACE.toNanos());
        outstanding--;
    }

    synchronized void abort(Work work, boolean unreachable) {
        var now = settle();
        queue.leave(work, now);
        pending.release(work.claim);
        outstanding--;
        if (unreachable) {
            ejection.failed(now);
        }
    }

    private PrefillRates rates() {
        return learned.rates(poolRates.rates());
    }

    private long settle() {
        var now = nanoTime.getAsLong();
        for (var drained : queue.drain(now, rates())) {
            if (drained.ending == Ending.UNSEEN) {
                pending.releaseAt(drained.claim, now + ADVERT_GRACE.toNanos());
                outstanding--;
            }
        }
        pending.expire(now);
        return now;
    }

    /**
     * An endpoint at one moment.
     *
     * @param admitted as {@link #admits}
     * @param queueNanos how long the prefill work in front of a new request still takes
     * @param foreignNanos how much of it other routers sent there, by the engine's own word
     * @param outstanding requests not yet finished
     * @param busy work that it was given of late, in seconds a second
     * @param rates how fast it computes and reads
     * @param pendingBlocks length of the prompt's prefix that is on its way there
     * @param cold whether it is new and gets requests at a bounded pace
     * @param heldBack whether it has as many as that pace allows
     * @param failures in a row; above 0 it is ejected, or about to be probed
     */
    public record Load(
            boolean admitted,
            long queueNanos,
            long foreignNanos,
            int outstanding,
            double busy,
            PrefillRates rates,
            int pendingBlocks,
            boolean cold,
            boolean heldBack,
            int failures) {}
}
