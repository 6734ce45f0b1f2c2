package dev.kvcachepool.prefixadvert.publish;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRowCodec;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Keeps a holder's rows in the blocks table equal to what it holds: state, not events.
 *
 * <p>Algorithm. {@code dirty} is the set of blocks whose row may be out of date. Each round, at once when a block changes after
 * nothing did, every few ms while something does:
 *
 * <ol>
 *   <li>Outcomes of earlier sends are taken in. A failed send makes its block dirty again, unless a later send of the
 *       same block is under way; a durable tombstone that nothing followed ends the block's entry in {@code sent}.
 *   <li>While fewer than {@value #MAX_IN_FLIGHT} sends are under way, a block is taken out of {@code dirty}, <em>then</em>
 *       its state is asked of the store (so a change after the question makes it dirty again) and sent: the row, or a
 *       tombstone if a row was ever sent, or nothing.
 * </ol>
 *
 * <p>Invariant: a block is in {@code dirty}, or its last send is under way, or its row says what the store said after the
 * last change. Bounds: {@code sent} holds what is advertised, {@code dirty} is pruned of blocks that are neither held nor
 * advertised, so nothing grows while the broker is away.
 *
 * <p>{@link #changed} may be called by any thread and does not block. Everything else happens on the publisher's thread.
 */
public final class AdvertPublisher implements BlockListener, AutoCloseable {
    static final int MAX_IN_FLIGHT = 16_384;
    private static final int PRUNE_ABOVE = 4_096;
    private static final Logger LOG = Logger.getLogger(AdvertPublisher.class);

    private final long holder;
    private final long incarnation;
    private final BlockSource source;
    private final RowSink sink;
    private final BooleanSupplier mayPublish;
    private final Set<BlockId> dirty = ConcurrentHashMap.newKeySet();
    private final Map<BlockId, Long> sent = new HashMap<>();
    private final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Pace pace = new Pace();
    private final Thread thread;
    private volatile boolean idle;
    private volatile boolean withdrawing;
    private volatile boolean stopped;
    private volatile int advertised;
    private volatile long rows;
    private volatile long tombstones;
    private volatile long failures;
    private long sequence;
    private int pruneAt = PRUNE_ABOVE;

    private record Outcome(BlockId block, long sequence, boolean tombstone, boolean durable) {}

    /**
     * A publisher that does nothing until {@link #start}; blocks may be marked before.
     *
     * @param incarnation claimed for {@code holder}, higher than any before
     * @param mayPublish asked before each round; while it says no, nothing is sent and nothing forgotten
     */
    public AdvertPublisher(
            HolderId holder, long incarnation, BlockSource source, RowSink sink, BooleanSupplier mayPublish) {
        this.holder = holder.hash();
        this.incarnation = incarnation;
        this.source = source;
        this.sink = sink;
        this.mayPublish = mayPublish;
        this.thread = Thread.ofPlatform().name("advert-publisher").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void changed(BlockId block) {
        dirty.add(block);
        wake();
    }

    private void wake() {
        if (idle) {
            idle = false;
            LockSupport.unpark(thread);
        }
    }

    /** From now on every block counts as not held: rows already sent get tombstones. For draining. */
    public void withdraw() {
        withdrawing = true;
        wake();
    }

    /** Waits until nothing is dirty and nothing under way; false after {@code timeout}. */
    public boolean awaitClean(Duration timeout) throws InterruptedException {
        var deadline = System.nanoTime() + timeout.toNanos();
        while (!isClean()) {
            if (System.nanoTime() - deadline >= 0 || stopped) {
                return isClean();
            }
            synchronized (this) {
                wait(Pace.SHORTEST_MILLIS);
            }
        }
        return true;
    }

    /** Not during a round, which has blocks in hand that are neither dirty nor under way. */
    private synchronized boolean isClean() {
        return dirty.isEmpty() && inFlight.get() == 0 && outcomes.isEmpty() && (!withdrawing || advertised == 0);
    }

    public PublisherStats stats() {
        return new PublisherStats(rows, tombstones, failures, dirty.size(), advertised);
    }

    /** Stops publishing at once; what is dirty stays unpublished. */
    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }

    private void run() {
        while (!stopped) {
            var wait = Pace.LONGEST_MILLIS;
            try {
                wait = round();
            } catch (RuntimeException e) {
                LOG.errorf(e, "an advert round failed; the next one tries again");
            }
            synchronized (this) {
                notifyAll();
            }
            // Set before this looks, so that a change is seen here or wakes the thread.
            if (!idle || dirty.isEmpty()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(wait));
            }
        }
    }

    /** One round; returns how long to wait before the next, in ms. Package-private: tests drive it without a thread. */
    synchronized long round() {
        var failed = takeOutcomes();
        if (withdrawing) {
            dirty.addAll(sent.keySet());
        }
        if (failed || !mayPublish.getAsBoolean()) {
            prune();
            return pace.afterFailure();
        }
        var count = 0;
        for (var blocks = dirty.iterator(); blocks.hasNext() && inFlight.get() < MAX_IN_FLIGHT && !stopped; ) {
            var block = blocks.next();
            blocks.remove();
            count++;
            if (!publish(block)) {
                break; // the sink is full or the broker unknown: it has just blocked for its time
            }
        }
        advertised = sent.size();
        if (inFlight.get() >= MAX_IN_FLIGHT) {
            prune();
        }
        var next = pace.afterRoundOf(count);
        idle = count == 0 && inFlight.get() == 0 && outcomes.isEmpty() && !withdrawing;
        return idle ? Pace.LONGEST_MILLIS : next;
    }

    /** Sends the block's state where there is something to say; false if that failed at once. */
    private boolean publish(BlockId block) {
        var row = withdrawing ? null : source.current(block);
        if (row == null && (!sent.containsKey(block) || isTombstoneUnderWay(block))) {
            return true;
        }
        var number = ++sequence << 1 | (row == null ? 1 : 0);
        sent.put(block, number);
        inFlight.incrementAndGet();
        var key = new AdvertKey.Block(holder, incarnation, block).toBytes();
        var sending =
                sink.send(key, row == null ? null : BlockRowCodec.encode(row)).toCompletableFuture();
        var _ = sending.whenComplete((result, error) -> {
            outcomes.add(new Outcome(block, number, row == null, error == null));
            inFlight.decrementAndGet();
        });
        return !sending.isCompletedExceptionally();
    }

    private boolean isTombstoneUnderWay(BlockId block) {
        var last = sent.get(block);
        return last != null && (last & 1) == 1;
    }

    /** Whether any send failed since the last round. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer; volatile only for the readers of the counts
    private boolean takeOutcomes() {
        var failed = false;
        for (var outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            var last = sent.get(outcome.block());
            var isLast = last != null && last == outcome.sequence();
            if (!outcome.durable()) {
                failed = true;
                failures++;
                if (isLast) {
                    // Whether the row is there is not known: as if it were, so that it will be replaced or erased.
                    sent.put(outcome.block(), outcome.sequence() & ~1L);
                    dirty.add(outcome.block());
                }
            } else if (outcome.tombstone()) {
                tombstones++;
                if (isLast) {
                    sent.remove(outcome.block());
                }
            } else {
                rows++;
            }
        }
        advertised = sent.size();
        return failed;
    }

    /** Drops dirty blocks that are neither held nor advertised: nothing is to be said of them. */
    private void prune() {
        if (dirty.size() < pruneAt) {
            return;
        }
        dirty.removeIf(block -> !sent.containsKey(block) && source.current(block) == null);
        pruneAt = Math.max(PRUNE_ABOVE, dirty.size() * 2);
    }
}
