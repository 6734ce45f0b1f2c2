package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.gpu.GpuDevice;
import dev.kvcachepool.cachenode.gpu.GpuException;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.tier.HostTier;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store's values on the GPU, which gets what host memory evicts. Thread-safe.
 *
 * <ol>
 *   <li>A value that host memory evicts stays there until a thread has copied it to the GPU; asked for meanwhile it is
 *       simply memory's again. Only so much may wait; what comes when too much does is gone, or on disk.
 *   <li>A value on the GPU that is asked for is copied to host memory, compared with its CRC-32, and leaves the GPU, unless a
 *       client has leased it there: the two tiers together hold what one of their summed size would.
 *   <li>A change of a key drops what is on the GPU, or on its way there, in the same step: a copy that ends later finds that it
 *       is not wanted.
 *   <li>Device lost: all of it is forgotten in one step, and the copies that were under way are misses.
 *   <li>Memory that a copy may still be writing or reading, as the driver does not come back, is never given back.
 * </ol>
 */
final class GpuSide implements Elsewhere {
    /** Part of the index's limit up to which entries that are evicted may stay in it for the GPU's sake. */
    private static final double INDEX_MARK = .9;
    /** Part of the index's limit that entries on the GPU may take. */
    private static final int INDEX_SHARE = 4;

    private final Locked locked;
    private final Index index;
    private final StoreMemory memory;
    private final GpuCounters counters;
    private final Departures departures;
    private final GpuCopies copies;
    private final Consumer<Entry> unwritten;
    private final KeyGate gate = new KeyGate();
    private volatile @Nullable GpuLife life;
    private volatile boolean leftAlone;

    /**
     * Without a device yet.
     *
     * @param unwritten told, with the tier's lock held, of what is used and may not be on disk
     */
    GpuSide(
            Locked locked,
            Index index,
            StoreMemory memory,
            GpuCounters counters,
            Departures departures,
            GpuCopies copies,
            Consumer<Entry> unwritten) {
        this.locked = locked;
        this.index = index;
        this.memory = memory;
        this.counters = counters;
        this.departures = departures;
        this.copies = copies;
        this.unwritten = unwritten;
    }

    @Nullable
    GpuLife life() {
        return life;
    }

    /** Takes a device into use. Called with the tier's lock held. */
    void begin(GpuLife next) {
        index.gpu().begin(next.tier());
        life = next;
    }

    /** Forgets all that is on a device; false when it was not in use any more. */
    boolean end(GpuLife ending) {
        return locked.run(() -> {
            boolean mine = life == ending;
            if (mine) {
                life = null;
                index.gpu().end();
            }
            return mine;
        });
    }

    /** Whether an entry that host memory evicts stays, as it is on the GPU or goes there. Called with the tier's lock held. */
    boolean leaves(Entry entry) {
        var value = entry.value;
        if (entry.onGpu != null || (value == null && entry.leaving != null)) {
            return true;
        }
        if (value == null || life == null || (leftAlone && entry.place != null)) {
            return false;
        }
        var tier = memory.tier();
        if (tier.indexBytes() > tier.indexLimit() * INDEX_MARK || !departures.add(entry, value)) {
            counters.skipped.increment();
            return false;
        }
        entry.leaving = value;
        return true;
    }

    /** Copies a value that leaves memory to the GPU. */
    void carry(Departures.Departure departure) {
        boolean settled = true;
        try {
            var onGpu = copy(departure.entry(), departure.value());
            if (onGpu != null) {
                arrive(departure, onGpu);
            }
        } catch (GpuException e) {
            settled = !e.isUnsettled();
        } finally {
            locked.perform(() -> settle(departure));
            if (settled) {
                departures.done(departure);
            } else {
                departures.abandon(departure);
            }
        }
    }

    private void arrive(Departures.Departure departure, Copied copied) {
        locked.perform(() -> {
            var entry = departure.entry();
            if (copied.life == life && index.has(entry) && entry.leaving == departure.value()) {
                entry.leaving = null;
                index.toGpu(entry, copied.value);
            } else {
                copied.value.release();
            }
        });
    }

    /** Where it has not come to the GPU, an entry that is nowhere else goes. */
    private void settle(Departures.Departure departure) {
        var entry = departure.entry();
        if (entry.leaving == departure.value()) {
            entry.leaving = null;
            index.left(entry);
        }
    }

    /** A value on a device, held by whoever has this. */
    private record Copied(GpuLife life, Value value) {}

    /** Copies a value of memory, held by the caller, to the GPU; null when that has no room, or is not there. */
    private @Nullable Copied copy(Entry entry, Value value) throws GpuException {
        var on = life;
        var copied = on == null ? null : copies.toGpu(on, entry, value);
        return on == null || copied == null ? null : new Copied(on, copied);
    }

    /** Gives memory back what is on its way to the GPU. Called with the tier's lock held. */
    void comeBack(Entry entry) {
        var value = entry.leaving;
        if (value != null && entry.value == null) {
            entry.leaving = null;
            counters.returned.increment();
            index.promote(entry, value.retain());
            unwritten.accept(entry);
        }
    }

    /** Gives memory back all of an entry's unit that is on its way, so that it can be leased or pinned there. Likewise. */
    void comeBackWhole(Entry entry) {
        List.copyOf(entry.unit.entries).forEach(this::comeBack);
    }

    /** Keeps what is on the GPU of an entry's unit for the time of a lease. Called with the tier's lock held. */
    void leased(Entry entry) {
        var on = life;
        var unit = entry.unit.onGpu;
        if (on != null && unit != null) {
            boolean ignored = on.tier().lease(unit);
        }
    }

    /** The value of a key that is on the GPU, now in memory too; null when it is not to be had from there. Held for the caller. */
    @Nullable
    Value read(byte[] key) {
        return gate.<@Nullable Value>through(key, () -> {
            var found = locked.<@Nullable Found>run(() -> find(key));
            if (found == null || found.inMemory != null) {
                return found == null ? null : found.inMemory;
            }
            var onGpu = found.onGpu;
            if (onGpu == null) {
                return null;
            }
            var value = fetch(found, onGpu, true);
            if (value != null) {
                counters.hits.increment();
            }
            locked.perform(() -> leaveUnlessLeased(found.entry, onGpu));
            return value;
        });
    }

    /** Where a key's value is; held for the finder. */
    private record Found(
            Entry entry,
            GpuLife on,
            @Nullable Value inMemory,
            @Nullable Value onGpu) {}

    private @Nullable Found find(byte[] key) {
        var entry = index.find(key);
        var on = life;
        if (entry == null || on == null) {
            return null;
        }
        comeBack(entry);
        if (entry.value != null) {
            counters.hits.increment();
            index.settle(entry);
            return new Found(entry, on, entry.value.retain(), null);
        }
        return new Found(entry, on, null, entry.onGpu == null ? null : entry.onGpu.retain());
    }

    /** Copies to memory what the finder holds on the GPU, and ends that hold. */
    private @Nullable Value fetch(Found found, Value onGpu, boolean asked) {
        boolean settled = true;
        var key = found.entry.engineKey;
        try {
            var builder = asked ? memory.receive(key, onGpu.size()) : memory.receiveIfFree(key, onGpu.size());
            var value = copies.toMemory(found.on, onGpu, builder);
            if (value == null) {
                return null;
            }
            boolean right = value.crc32() == onGpu.crc32();
            if (!right || asked) {
                locked.perform(() -> keep(found.entry, onGpu, value, right));
            }
            if (right) {
                return value;
            }
            counters.corrupt.increment();
            value.release();
            return null;
        } catch (GpuException e) {
            settled = !e.isUnsettled();
            return null;
        } finally {
            if (settled) {
                onGpu.release();
            }
        }
    }

    @Override
    public @Nullable Value copyOf(Entry entry) {
        var found = locked.<@Nullable Found>run(() -> {
            var on = life;
            boolean wanted = index.has(entry) && entry.place == null;
            return on == null || !wanted || entry.onGpu == null
                    ? null
                    : new Found(entry, on, null, entry.onGpu.retain());
        });
        return found == null || found.onGpu == null ? null : fetch(found, found.onGpu, false);
    }

    @Override
    public void leaveAlone() {
        leftAlone = true;
    }

    private void keep(Entry entry, Value onGpu, Value value, boolean right) {
        if (!index.has(entry) || entry.onGpu != onGpu) {
            return;
        }
        if (!right) {
            index.gpu().drop(entry);
            index.left(entry);
            return;
        }
        index.promote(entry, value.retain());
        entry.used = true;
        index.settle(entry);
        unwritten.accept(entry);
    }

    /** What is in memory now need not be on the GPU too. */
    private void leaveUnlessLeased(Entry entry, Value onGpu) {
        if (entry.onGpu == onGpu && entry.value != null && !onGpu.isShared()) {
            index.gpu().drop(entry);
        }
    }

    /**
     * The value of a key on the GPU, where it is copied to if it is in memory only; null when it is in neither, or the GPU has no
     * room. Held for the caller.
     *
     * @param inMemory held by the caller; null where it is not there
     */
    @Nullable
    Value bring(byte[] key, @Nullable Value inMemory) {
        return gate.<@Nullable Value>through(key, () -> {
            var entry = locked.<@Nullable Entry>run(() -> index.find(key));
            var there = entry == null ? null : locked.<@Nullable Value>run(() -> retained(entry, inMemory == null));
            if (there != null || entry == null || inMemory == null) {
                return there;
            }
            try {
                var copied = copy(entry, inMemory);
                return copied == null ? null : locked.<@Nullable Value>run(() -> enter(entry, inMemory, copied));
            } catch (GpuException e) {
                return null;
            }
        });
    }

    /** What is on the GPU; a hit there unless the value was had from memory, where it was one. */
    private @Nullable Value retained(Entry entry, boolean isHit) {
        var value = entry.onGpu;
        if (value == null) {
            return null;
        }
        if (isHit) {
            counters.hits.increment();
            used(entry);
        }
        return value.retain();
    }

    private void used(Entry entry) {
        var on = life;
        var unit = entry.unit.onGpu;
        if (on != null && unit != null && entry.unit.isNewUse(entry)) {
            on.tier().touch(unit);
        }
        entry.used = true;
        index.settle(entry);
        unwritten.accept(entry);
    }

    private @Nullable Value enter(Entry entry, Value inMemory, Copied copied) {
        if (copied.life != life || !index.has(entry) || entry.value != inMemory) {
            copied.value.release();
            return null;
        }
        index.toGpu(entry, copied.value);
        return copied.value.retain();
    }

    /** The device's memory as a tier, guarded by the store's lock. */
    HostTier tierOf(GpuDevice device, StoreSettings settings) {
        var tier = memory.tier();
        return new HostTier(
                tier.lock(),
                device.arena(),
                settings.eviction(),
                settings.tenants().gpu(),
                settings.readLease().toNanos(),
                tier.indexLimit() / INDEX_SHARE,
                settings.nanoClock(),
                locked::tell);
    }
}
