package dev.kvcachepool.cachenode.tier;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.ExtentSource;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Tenant;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Host memory as a tier: a hard limit, eviction of the least recently used unit, read leases.
 *
 * <p>{@link #take}, {@link #settled}, {@link #evictSome} and the accessors are thread-safe; all other methods are called with
 * {@link #lock()} held, which also guards the index of the store above: an eviction changes both at once.
 *
 * <p>Making room, in this order:
 *
 * <ol>
 *   <li>a free run of a good length;
 *   <li>evict the least recently used unit that is neither leased nor in use, until such a run appears or as many bytes
 *       as were asked for are gone;
 *   <li>any free run, however short, so that fragmentation never evicts more than what is needed;
 *   <li>where all that became free is other tenants': evict what lies in the emptiest part of their memory, which changes
 *       hands once it is free;
 *   <li>evict further; when nothing can be evicted there is no room.
 * </ol>
 */
public final class HostTier implements ExtentSource {
    /** Shorter runs are taken only when evicting has not made a longer one: they make reads and writes slower. */
    private static final long GOOD_RUN_BYTES = 256 << 10;
    /** Leases hold at most this part of the tier. */
    private static final int LEASED_SHARE = 4;
    /** What is being received and not yet stored takes at most this part of the tier. */
    private static final int IN_FLIGHT_SHARE = 2;

    /** Parts of other tenants' memory emptied for one extent; more are in vain, being full of what is leased or read. */
    private static final int MOST_RETIRED = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final UnitList used = new UnitList();
    private final UnitList leased = new UnitList();
    private final TierCounters counters = new TierCounters();
    private final AtomicLong inFlight = new AtomicLong();
    private final PagedArena arena;
    private final long leaseNanos;
    private final long indexLimit;
    private final LongSupplier nanoClock;
    private final Runnable unlocked;
    private final AtomicLong leasedBytes = new AtomicLong();
    private final AtomicLong indexBytes = new AtomicLong();

    /**
     * An empty tier.
     *
     * @param arena its memory
     * @param leaseNanos how long a lease lasts
     * @param indexLimit bytes of heap that units may be charged for; beyond it they are evicted as if memory were full
     * @param nanoClock monotonic, in nanoseconds
     * @param unlocked run after each eviction round, without the lock: for telling listeners
     */
    public HostTier(PagedArena arena, long leaseNanos, long indexLimit, LongSupplier nanoClock, Runnable unlocked) {
        this.arena = arena;
        this.leaseNanos = leaseNanos;
        this.indexLimit = indexLimit;
        this.nanoClock = nanoClock;
        this.unlocked = unlocked;
    }

    public ReentrantLock lock() {
        return lock;
    }

    public TierCounters counters() {
        return counters;
    }

    public PagedArena arena() {
        return arena;
    }

    /** Bytes of units that are leased. */
    public long leasedBytes() {
        return leasedBytes.get();
    }

    /** Bytes of values being received. */
    public long inFlightBytes() {
        return inFlight.get();
    }

    /** Bytes of heap that units are charged for. */
    public long indexBytes() {
        return indexBytes.get();
    }

    /** Bytes of the largest value that an empty tier could hold. */
    public long largestValue() {
        return arena.capacityBytes();
    }

    @Override
    public @Nullable Extent take(Tenant tenant, long wanted) {
        long most = Math.min(wanted, PagedArena.PAGE_BYTES);
        if (inFlight.addAndGet(most) > arena.capacityBytes() / IN_FLIGHT_SHARE) {
            inFlight.addAndGet(-most);
            counters.inFlightFull.increment();
            return null;
        }
        var extent = arena.allocate(tenant, most, GOOD_RUN_BYTES);
        if (extent == null) {
            extent = evictFor(tenant, most);
        }
        inFlight.addAndGet((extent == null ? 0 : extent.bytes()) - most);
        if (extent == null) {
            counters.noRoom.increment();
        }
        return extent;
    }

    @Override
    public void settled(long bytes) {
        inFlight.addAndGet(-bytes);
    }

    private @Nullable Extent evictFor(Tenant tenant, long wanted) {
        lock.lock();
        try {
            expireLeases();
            long before = counters.evictedBytes.sum();
            int retired = 0;
            while (true) {
                boolean enough = counters.evictedBytes.sum() - before >= wanted;
                boolean more = !enough && evictOldest();
                var extent = arena.allocate(tenant, wanted, more ? GOOD_RUN_BYTES : 1);
                if (extent != null) {
                    return extent;
                }
                if (!more && (evictOthers(tenant) ? ++retired > MOST_RETIRED : !evictOldest())) {
                    return null;
                }
            }
        } finally {
            lock.unlock();
            unlocked.run();
        }
    }

    /**
     * Evicts what lies in a part of the memory that another tenant has, so that it can be given to this one; false when no
     * other tenant has any.
     */
    private boolean evictOthers(Tenant tenant) {
        int slice = arena.retireFor(tenant);
        if (slice < 0) {
            return false;
        }
        var there = new ArrayList<TierUnit>();
        used.forEachNewestFirst(unit -> {
            if (!unit.inUse() && unit.liesIn(slice)) {
                there.add(unit);
            }
        });
        there.forEach(this::evict);
        return true;
    }

    /** Evicts up to {@code most} units while more than {@code bytes} are in use; false when nothing can be evicted. */
    boolean evictSome(int most, long bytes) {
        lock.lock();
        try {
            expireLeases();
            for (int i = 0; i < most && arena.usedBytes() > bytes; i++) {
                if (!evictOldest()) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
            unlocked.run();
        }
    }

    /** Takes in a unit, as the most recently used. */
    public void add(TierUnit unit) {
        used.add(unit);
    }

    /** Says that a unit was used: it is evicted later than all others. */
    public void touch(TierUnit unit) {
        if (unit.list == used) {
            used.remove(unit);
            used.add(unit);
        }
    }

    /** Forgets a unit that its store has emptied. */
    public void remove(TierUnit unit) {
        resize(unit, -unit.bytes, -unit.indexBytes);
        if (unit.list != null) {
            unit.list.remove(unit);
        }
    }

    /** Forgets a unit that has no value in memory any more; its entries in the index stay charged. */
    public void retire(TierUnit unit) {
        resize(unit, -unit.bytes, 0);
        if (unit.list != null) {
            unit.list.remove(unit);
        }
    }

    /** Whether a unit has values in memory. */
    public boolean holds(TierUnit unit) {
        return unit.list != null;
    }

    /** Says that a unit's values and its entries in the index have grown, or shrunk where negative. */
    public void resize(TierUnit unit, long bytes, long index) {
        unit.bytes += bytes;
        unit.indexBytes += index;
        indexBytes.addAndGet(index);
        if (unit.list == leased) {
            leasedBytes.addAndGet(bytes);
            cutLeases();
        }
    }

    /**
     * Evicts until the index has room for {@code bytes} more; false when it cannot, also because what it evicts stays in
     * the index, being on disk.
     */
    public boolean makeIndexRoom(long bytes) {
        expireLeases();
        while (indexBytes.get() + bytes > indexLimit) {
            long before = indexBytes.get();
            if (!evictOldest() || indexBytes.get() == before) {
                counters.noRoom.increment();
                return false;
            }
        }
        return true;
    }

    /** Bytes of heap that units may be charged for. */
    public long indexLimit() {
        return indexLimit;
    }

    /** Leases a unit for the full time from now on; false when the leases' share of the tier cannot hold it. */
    public boolean lease(TierUnit unit) {
        expireLeases();
        if (unit.list == leased) {
            leased.remove(unit);
        } else {
            used.remove(unit);
            leasedBytes.addAndGet(unit.bytes);
            counters.leases.increment();
        }
        unit.leasedUntilNanos = nanoClock.getAsLong() + leaseNanos;
        leased.add(unit);
        cutLeases();
        return unit.list == leased;
    }

    /** Ends a unit's lease; it becomes the most recently used. */
    public void endLease(TierUnit unit) {
        if (unit.list == leased) {
            leased.remove(unit);
            leasedBytes.addAndGet(-unit.bytes);
            used.add(unit);
            unit.leaseEnded();
        }
    }

    public boolean isLeased(TierUnit unit) {
        return unit.list == leased;
    }

    /** Ends the leases whose time is over. */
    public void expireLeases() {
        long now = nanoClock.getAsLong();
        for (var unit = leased.oldest(); unit != null && now - unit.leasedUntilNanos >= 0; unit = leased.oldest()) {
            counters.leasesExpired.increment();
            endLease(unit);
        }
    }

    /** All units, the leased ones first, then those used last first. */
    public void forEachByUse(Consumer<TierUnit> each) {
        leased.forEachNewestFirst(each);
        used.forEachNewestFirst(each);
    }

    private void cutLeases() {
        for (var unit = leased.oldest();
                unit != null && leasedBytes.get() > arena.capacityBytes() / LEASED_SHARE;
                unit = leased.oldest()) {
            counters.leasesCut.increment();
            endLease(unit);
        }
    }

    private boolean evictOldest() {
        for (int left = used.size(); left > 0; left--) {
            var unit = used.oldest();
            if (unit == null) {
                return false;
            }
            if (!unit.inUse()) {
                evict(unit);
                return true;
            }
            touch(unit);
        }
        return false;
    }

    private void evict(TierUnit unit) {
        counters.evictedUnits.increment();
        counters.evictedBytes.add(unit.bytes);
        remove(unit);
        unit.evicted();
    }
}
