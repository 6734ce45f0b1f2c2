package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.HostTier;
import org.jspecify.annotations.Nullable;

/** How values are found, wherever they are. Thread-safe. */
final class Reads {
    private final Locked locked;
    private final Index index;
    private final HostTier tier;
    private final Tenants tenants;
    private final StoreCounters counters;
    private final @Nullable StoreDisk disk;
    private final @Nullable StoreGpu gpu;

    Reads(
            Locked locked,
            Index index,
            HostTier tier,
            Tenants tenants,
            StoreCounters counters,
            @Nullable StoreDisk disk,
            @Nullable StoreGpu gpu) {
        this.locked = locked;
        this.index = index;
        this.tier = tier;
        this.tenants = tenants;
        this.counters = counters;
        this.disk = disk;
        this.gpu = gpu;
    }

    /** A key that is there: its value if that is in memory, held for the finder, else it is elsewhere. */
    private record Found(int group, @Nullable Value value) {}

    /** The value of a key, held for the caller; null when there is none. */
    @Nullable
    Value get(byte[] key) {
        var found = locked.<@Nullable Found>run(() -> find(key));
        var value = found == null || found.value != null ? null : fromElsewhere(key);
        if (found != null && found.value != null) {
            value = found.value;
            counters.hits.increment();
        }
        if (value == null || found == null) {
            counters.missed(tenants.any() ? groupOf(key) : 0);
        } else {
            counters.hit(found.group);
        }
        return value;
    }

    private @Nullable Found find(byte[] key) {
        var entry = index.find(key);
        if (entry == null) {
            return null;
        }
        if (gpu != null) {
            gpu.side().comeBack(entry);
        }
        var value = entry.value;
        if (value == null) {
            return entry.isThere() ? new Found(entry.unit.group(), null) : null;
        }
        return new Found(entry.unit.group(), inMemory(entry, value));
    }

    private int groupOf(byte[] key) {
        var parsed = KeyParser.parse(key);
        return tenants.groupOf(parsed == null ? "" : parsed.salt());
    }

    private @Nullable Value fromElsewhere(byte[] key) {
        var found = gpu == null ? null : gpu.side().read(key);
        return found == null && disk != null ? disk.side().read(key) : found;
    }

    private Value inMemory(Entry entry, Value value) {
        if (entry.unit.isNewUse(entry)) {
            tier.touch(entry.unit);
        }
        entry.used = true;
        index.settle(entry);
        if (disk != null) {
            disk.side().read(entry);
            disk.side().enqueue(entry);
        }
        return value.retain();
    }

    /** Whether a key has a value; if so all keys of its unit are leased. */
    boolean exists(byte[] key) {
        return locked.run(() -> {
            var entry = index.find(key);
            if (entry == null || !entry.isThere()) {
                return false;
            }
            entry.used = true;
            if (gpu != null) {
                gpu.side().comeBackWhole(entry);
            }
            if (!tier.holds(entry.unit) || tier.lease(entry.unit)) {
                entry.unit.leaseAll();
            }
            if (gpu != null) {
                gpu.side().leased(entry);
            }
            if (disk != null) {
                disk.side().leased(entry);
            }
            return true;
        });
    }
}
