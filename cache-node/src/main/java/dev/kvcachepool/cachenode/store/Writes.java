package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.tier.HostTier;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How keys get values. Thread-safe; each call takes effect in one step for all others. */
final class Writes {
    private final Locked locked;
    private final Index index;
    private final HostTier tier;
    private final StoreCounters counters;
    private final StoredForms forms;
    private final StoreSettings settings;
    private final @Nullable StoreDisk disk;

    Writes(
            Locked locked,
            Index index,
            HostTier tier,
            StoreCounters counters,
            StoredForms forms,
            StoreSettings settings,
            @Nullable StoreDisk disk) {
        this.locked = locked;
        this.index = index;
        this.tier = tier;
        this.counters = counters;
        this.forms = forms;
        this.settings = settings;
        this.disk = disk;
    }

    /**
     * Stores a received value.
     *
     * @param valid asked with the lock held: whether it is still to be stored
     */
    PutResult put(byte[] key, ValueBuilder received, PutOptions options, BooleanSupplier valid) {
        return change(key, options, () -> valid.getAsBoolean() ? put(key, received, options) : PutResult.NOT_MET);
    }

    private PutResult put(byte[] key, ValueBuilder received, PutOptions options) {
        var entry = index.find(key);
        if (!meets(options.condition(), entry)) {
            return PutResult.NOT_MET;
        }
        boolean room = !received.dropped() && (entry != null || hasIndexRoom(key));
        if (!room) {
            counters.dropped.increment();
            if (entry != null) {
                index.remove(entry);
            }
            return PutResult.DROPPED;
        }
        var stored = entry == null ? index.add(key) : entry;
        store(stored, received.build(), options);
        forms.stored(stored);
        return PutResult.STORED;
    }

    /** Keeps a value, which the caller goes on holding, under a key that is not there. */
    PutResult keep(byte[] key, Value value, long expiresAtMillis, BooleanSupplier valid) {
        var options = new PutOptions(PutOptions.Condition.IF_ABSENT, expiresAtMillis);
        return change(key, options, () -> {
            boolean wanted = valid.getAsBoolean() && index.find(key) == null;
            if (!wanted || !hasIndexRoom(key)) {
                return wanted ? PutResult.DROPPED : PutResult.NOT_MET;
            }
            store(index.add(key), value.retain(), options);
            return PutResult.STORED;
        });
    }

    private boolean hasIndexRoom(byte[] key) {
        return tier.makeIndexRoom(Entry.mostIndexBytes(key.length));
    }

    private PutResult change(byte[] key, PutOptions options, Locked.Action<PutResult> action) {
        if (disk == null) {
            return locked.run(action);
        }
        disk.side().pause();
        return disk.side().change(key, entry -> meets(options.condition(), entry), action);
    }

    private void store(Entry entry, Value value, PutOptions options) {
        if (options.expiresAtMillis() != PutOptions.KEEP) {
            index.setExpiry(entry, endOf(options));
        }
        index.store(entry, value);
        if (disk != null) {
            disk.side().enqueue(entry);
        }
        counters.stored.increment();
    }

    private long endOf(PutOptions options) {
        boolean ownEnd = options.expiresAtMillis() != PutOptions.FOREVER;
        return ownEnd || settings.ttl().isZero()
                ? options.expiresAtMillis()
                : settings.wallClock().millis() + settings.ttl().toMillis();
    }

    private static boolean meets(PutOptions.Condition condition, @Nullable Entry entry) {
        return switch (condition) {
            case ALWAYS -> true;
            case IF_ABSENT -> entry == null;
            case IF_PRESENT -> entry != null;
        };
    }
}
