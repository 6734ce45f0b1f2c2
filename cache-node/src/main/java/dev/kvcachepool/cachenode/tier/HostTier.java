package dev.kvcachepool.cachenode.tier;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.ExtentSource;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Tenant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Memory as a tier, the host's and, in the same way, a GPU's: a hard limit, eviction by a policy, read leases, pins.
 *
 * <p>{@link #take}, {@link #settled}, {@link #evictSome} and the accessors are thread-safe; all other methods are called with
 * {@link #lock()} held, which also guards the index of the store above: an eviction changes both at once.
 *
 * <p>Groups of tenants may have quotas: each of these has an order of eviction of its own, and at its limit makes room among its own
 * units first ({@link Groups#source}). Making room, in this order:
 *
 * <ol>
 *   <li>a free run of a good length;
 *   <li>evict the unit that is next by the policy, neither leased, pinned nor in use, until such a run appears or as many bytes
 *       as were asked for are gone;
 *   <li>any free run, however short, so that fragmentation never evicts more than what is needed;
 *   <li>where what was evicted is being moved elsewhere, and so not free yet: a little patience;
 *   <li>where all that became free is other tenants': evict what lies in the emptiest part of their memory, which changes
 *       hands once it is free; one part at a time while anything is being moved;
 *   <li>evict further; when nothing can be evicted there is no room.
 * </ol>
 */
public final class HostTier implements ExtentSource {
    /** Leases hold at most this part of the tier. */
    private static final int LEASED_SHARE = 4;
    /** What is being received and not yet stored takes at most this part of the tier. */
    private static final int IN_FLIGHT_SHARE = 2;

    private final ReentrantLock lock;
    private final TierCounters counters = new TierCounters();
    private final AtomicLong inFlight = new AtomicLong();
    private final PagedArena arena;
    private final long indexLimit;
    private final Runnable unlocked;
    private final AtomicLong indexBytes = new AtomicLong();
    private final EvictionPolicy policy;
    private final Groups groups;
    private final Leases leases;
    private final Pins pins;
    private final Predicate<TierUnit> evictable = this::isEvictable;
    private Freeing freeing = Freeing.NONE;

    /**
     * An empty tier.
     *
     * @param arena its memory
     * @param eviction what goes first, and what can be kept from going
     * @param leaseNanos how long a lease lasts
     * @param indexLimit bytes of heap that units may be charged for; beyond it they are evicted as if memory were full
     * @param nanoClock monotonic, in nanoseconds
     * @param unlocked run after each eviction round, without the lock: for telling listeners
     */
    public HostTier(
            PagedArena arena,
            EvictionSettings eviction,
            long leaseNanos,
            long indexLimit,
            LongSupplier nanoClock,
            Runnable unlocked) {
        this(new ReentrantLock(), arena, eviction, Quotas.NONE, leaseNanos, indexLimit, nanoClock, unlocked);
    }

    /**
     * The same with quotas, guarded by a lock that may be another tier's, whose index it shares.
     *
     * @param quotas in bytes of this tier
     */
    @SuppressWarnings("this-escape") // sources only keep it
    public HostTier(
            ReentrantLock lock,
            PagedArena arena,
            EvictionSettings eviction,
            Quotas quotas,
            long leaseNanos,
            long indexLimit,
            LongSupplier nanoClock,
            Runnable unlocked) {
        this.lock = lock;
        this.arena = arena;
        this.indexLimit = indexLimit;
        this.unlocked = unlocked;
        long capacity = arena.capacityBytes();
        var order = new GroupOrder(quotas, eviction.kind(), capacity);
        this.groups = new Groups(this, quotas, order);
        this.policy = quotas.groups() == 1 ? order.only() : order;
        this.leases = new Leases(capacity / LEASED_SHARE, leaseNanos, nanoClock, policy, counters);
        this.pins = new Pins(capacity * eviction.pinnedPercent() / 100, nanoClock, counters);
    }

    /** Tells of memory that is not free yet although its values were evicted; once, before the tier is used. */
    public void freeing(Freeing told) {
        freeing = told;
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
        return leases.bytes();
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

    /** Those who have quotas here. */
    public Groups groups() {
        return groups;
    }

    @Override
    public @Nullable Extent take(Tenant tenant, long wanted) {
        long most = Math.min(wanted, PagedArena.PAGE_BYTES);
        if (!reserve(most)) {
            counters.inFlightFull.increment();
            return null;
        }
        Extent extent = null;
        try {
            extent = arena.allocate(tenant, most, Room.GOOD_RUN_BYTES);
            if (extent == null) {
                extent = evictFor(tenant, most);
            }
        } finally {
            inFlight.addAndGet((extent == null ? 0 : extent.bytes()) - most);
        }
        if (extent == null) {
            counters.noRoom.increment();
        }
        return extent;
    }

    /** Never more than the share, not even while one is being refused: others that fit would be refused with it. */
    private boolean reserve(long bytes) {
        long limit = arena.capacityBytes() / IN_FLIGHT_SHARE;
        long before = inFlight.get();
        while (before + bytes <= limit) {
            if (inFlight.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = inFlight.get();
        }
        return false;
    }

    @Override
    public void settled(long bytes) {
        inFlight.addAndGet(-bytes);
    }

    private @Nullable Extent evictFor(Tenant tenant, long wanted) {
        return whileLocked(() -> new Room(this, freeing, tenant, wanted).make());
    }

    /** A round of evictions. */
    <T extends @Nullable Object> T whileLocked(Supplier<T> round) {
        lock.lock();
        try {
            expireLeases();
            return round.get();
        } finally {
            lock.unlock();
            unlocked.run();
        }
    }

    /** Evicts up to {@code most} units while more than {@code bytes} are in use; false when nothing is left to do, or can be evicted. */
    public boolean evictSome(int most, long bytes) {
        return whileLocked(() -> {
            boolean some = false;
            for (int i = 0; i < most && arena.usedBytes() - freeing.bytes() > bytes; i++) {
                if (!evictOldest()) {
                    return false;
                }
                some = true;
            }
            return some;
        });
    }

    /** Takes in a unit. */
    public void add(TierUnit unit) {
        policy.add(unit);
    }

    /** Says that a unit was used: it is evicted later. */
    public void touch(TierUnit unit) {
        if (holds(unit) && !leases.has(unit)) {
            policy.used(unit);
        }
    }

    /** Says that another value of a unit has come, which is no use of it. */
    public void filled(TierUnit unit) {
        if (holds(unit)) {
            policy.filled(unit);
        }
    }

    /** Forgets a unit that its store has emptied. */
    public void remove(TierUnit unit) {
        var _ = pins.remove(unit);
        resize(unit, -unit.bytes, -unit.indexBytes);
        leave(unit);
    }

    /** Forgets a unit that has no value in memory any more; its entries in the index stay charged. */
    public void retire(TierUnit unit) {
        resize(unit, -unit.bytes, 0);
        leave(unit);
    }

    private void leave(TierUnit unit) {
        policy.remove(unit);
        unit.lease.leave();
    }

    /** Whether a unit has values in memory. */
    public boolean holds(TierUnit unit) {
        return unit.order.list != null;
    }

    /** Says that a unit's values and its entries in the index have grown, or shrunk where negative. */
    public void resize(TierUnit unit, long bytes, long index) {
        unit.bytes += bytes;
        unit.indexBytes += index;
        indexBytes.addAndGet(index);
        if (unit.order.list != null) {
            unit.order.list.resized(bytes);
        }
        groups.resized(unit, bytes);
        leases.resized(unit, bytes);
        pins.resized(unit);
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
        leases.expire();
        return leases.add(unit);
    }

    /** Ends a unit's lease. */
    public void endLease(TierUnit unit) {
        leases.end(unit);
    }

    public boolean isLeased(TierUnit unit) {
        return leases.has(unit);
    }

    /** Ends the leases and pins whose time is over. */
    public void expireLeases() {
        leases.expire();
        pins.expire();
    }

    /** Bytes of units that are pinned, wherever they are. */
    public long pinnedBytes() {
        return pins.bytes();
    }

    /** Bytes that may be pinned. */
    public long pinnedLimit() {
        return pins.limit();
    }

    /** Pins a unit for {@code nanos} from now on; false when the pins' share of the tier cannot hold it. */
    public boolean pin(TierUnit unit, long nanos) {
        pins.expire();
        return pins.add(unit, nanos);
    }

    /** Unpins a unit; false when it was not pinned. */
    public boolean unpin(TierUnit unit) {
        pins.expire();
        return pins.remove(unit);
    }

    /** Whether a unit is pinned now. */
    public boolean isPinned(TierUnit unit) {
        pins.expire();
        return pins.has(unit);
    }

    /** All units, the leased ones first, then those worth most to the policy. */
    public void forEachByUse(Consumer<TierUnit> each) {
        leases.forEachNewestFirst(each);
        policy.forEachByUse(unit -> {
            if (!leases.has(unit)) {
                each.accept(unit);
            }
        });
    }

    /** Units that the policy remembers after their eviction. */
    public int ghosts() {
        return policy.ghosts();
    }

    boolean isEvictable(TierUnit unit) {
        return !leases.has(unit) && !pins.has(unit) && !unit.inUse();
    }

    /** Those that may be evicted, in the policy's order of {@link #forEachByUse}. */
    void forEachEvictable(Consumer<TierUnit> each) {
        policy.forEachByUse(unit -> {
            if (isEvictable(unit)) {
                each.accept(unit);
            }
        });
    }

    /** Evicts the unit that is next by the policy; false when none can be evicted. */
    boolean evictOldest() {
        var unit = policy.next(evictable);
        if (unit == null) {
            return false;
        }
        evict(unit);
        return true;
    }

    void evict(TierUnit unit) {
        counters.evictedUnits.increment();
        counters.evictedBytes.add(unit.bytes);
        policy.evicted(unit);
        remove(unit);
        unit.evicted();
    }
}
