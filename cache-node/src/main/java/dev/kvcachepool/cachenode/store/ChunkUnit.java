package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.tier.TierUnit;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All entries of one chunk, or one opaque entry: leased, evicted and advertised as one. Guarded by the tier's lock. */
final class ChunkUnit extends TierUnit {
    /**
     * A chunk has a few parts a rank; more than this is no chunk of any engine, and further keys become units of their
     * own, so that the work a key costs stays bounded.
     */
    static final int MAX_ENTRIES = 2048;

    /** Null for an opaque entry. */
    final @Nullable ChunkId id;
    /** Null where it is not to be advertised, whatever it holds. */
    final Steering.@Nullable Target target;

    final List<Entry> entries = new ArrayList<>(2);
    /** What is advertised of it; null while it is not whole. */
    @Nullable
    BlockRow row;

    /** What of it is on the GPU; null where nothing is. */
    @Nullable
    GpuUnit onGpu;

    private final Consumer<ChunkUnit> onEvicted;
    /** Until when it is leased although none of its values is in memory, on the store's clock. */
    private long leasedOnDiskUntilNanos;

    private boolean everLeasedOnDisk;
    private long lease;
    private int unread;

    /** How often all of it was read, as far as {@link #isNewUse} can tell. */
    private long round;

    /**
     * An empty unit.
     *
     * @param named by which a policy knows it again
     * @param group whose quota it counts for
     */
    ChunkUnit(
            long named,
            @Nullable ChunkId id,
            Steering.@Nullable Target target,
            int group,
            Consumer<ChunkUnit> onEvicted) {
        super(named, group);
        this.id = id;
        this.target = target;
        this.onEvicted = onEvicted;
    }

    /** Every entry is to be read under a new lease. */
    void leaseAll() {
        lease++;
        unread = entries.size();
        entries.forEach(entry -> entry.lease = lease);
    }

    /** Leases what lies on disk only: its segment's end finds it worth keeping. */
    void leaseOnDisk(long untilNanos) {
        everLeasedOnDisk = true;
        leasedOnDiskUntilNanos = untilNanos;
    }

    /** Whether an entry is leased, on disk, and was not read under that lease. */
    boolean awaits(Entry entry, long nowNanos) {
        return unread > 0 && entry.lease == lease && isLeasedOnDisk(nowNanos);
    }

    boolean isLeasedOnDisk(long nowNanos) {
        return everLeasedOnDisk && leasedOnDiskUntilNanos - nowNanos > 0;
    }

    /** Says that an entry was read, or is gone; true when it was the last one that the lease waited for. */
    boolean leaseSettled(Entry entry) {
        if (unread == 0 || entry.lease != lease) {
            return false;
        }
        entry.lease = 0;
        return --unread == 0;
    }

    /** Whether reading an entry is another use of the unit: ranks that read their parts of a chunk use it once together. */
    boolean isNewUse(Entry entry) {
        boolean another = round == 0 || entry.round == round;
        if (another) {
            round++;
        }
        entry.round = round;
        return another;
    }

    /** When the newest of its entries was stored. */
    long storedAtMicros() {
        long newest = 0;
        for (var entry : entries) {
            newest = Math.max(newest, entry.storedAtMicros);
        }
        return newest;
    }

    /** Whether any of its values is in memory. */
    boolean isInMemory() {
        for (var entry : entries) {
            if (entry.value != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected boolean inUse() {
        for (var entry : entries) {
            if (entry.value != null && entry.value.isShared()) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected boolean liesIn(int slice) {
        for (var entry : entries) {
            if (entry.value != null && entry.value.liesIn(slice)) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected long heldBytes() {
        long held = 0;
        for (var entry : entries) {
            held += entry.value == null ? entry.size : entry.value.allocatedBytes();
        }
        return held;
    }

    @Override
    protected void leaseEnded() {
        unread = 0;
    }

    @Override
    protected void evicted() {
        onEvicted.accept(this);
    }
}
