package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.tier.HostTier;
import dev.kvcachepool.prefixadvert.publish.BlockListener;
import dev.kvcachepool.prefixadvert.publish.BlockSource;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keys and their values. Thread-safe and linearisable: each call takes effect at once, under one lock that is never
 * held while bytes of values move.
 *
 * <p>All keys of one chunk (model, salt, hash) are one unit: leased by EXISTS, evicted and advertised together. Any
 * other key is a unit of its own. A reader of a value that is overwritten, deleted or evicted meanwhile keeps the value
 * it got.
 */
public final class BlockStore implements BlockSource {
    private final StoreCounters counters = new StoreCounters();
    private final StoreSettings settings;
    private final PagedArena arena;
    private final HostTier tier;
    private final ReentrantLock lock;
    private final Index index;
    private long clears;
    private volatile BlockListener listener = BlockListener.NONE;

    /** An empty store, which owns the use of {@code arena} but does not close it. */
    public BlockStore(PagedArena arena, Steering steering, StoreSettings settings) {
        this.settings = settings;
        this.arena = arena;
        this.tier = new HostTier(
                arena, settings.readLease().toNanos(), settings.indexLimit(), settings.nanoClock(), this::tellListener);
        this.lock = tier.lock();
        this.index = new Index(tier, steering, counters, settings.wallClock());
    }

    /** Tells {@code listener} of every later change of what is to be advertised; one listener, the last one wins. */
    public void listen(BlockListener listener) {
        this.listener = listener;
    }

    /** Starts to receive a value of {@code size} bytes; the caller closes the builder whatever happens. */
    public ValueBuilder receive(long size) {
        return new ValueBuilder(arena, tier, size);
    }

    /**
     * Stores a received value, in one step for all others.
     *
     * @param key taken over, not to be modified
     * @param received complete, or dropped: then the key loses the value it had, as the new one supersedes it
     */
    public PutResult put(byte[] key, ValueBuilder received, PutOptions options) {
        return locked(() -> storeIfMet(key, received, options));
    }

    /** As {@link #put}, unless everything was removed since {@link #clears} said {@code clears}. */
    public PutResult putUnlessCleared(byte[] key, ValueBuilder received, PutOptions options, long clears) {
        return locked(() -> this.clears == clears ? storeIfMet(key, received, options) : PutResult.NOT_MET);
    }

    private PutResult storeIfMet(byte[] key, ValueBuilder received, PutOptions options) {
        var entry = index.find(key);
        if (!meets(options.condition(), entry)) {
            return PutResult.NOT_MET;
        }
        boolean room = !received.dropped() && (entry != null || tier.makeIndexRoom(Entry.mostIndexBytes(key.length)));
        if (!room) {
            counters.dropped.increment();
            if (entry != null) {
                index.remove(entry);
            }
            return PutResult.DROPPED;
        }
        store(key, entry, received.build(), options);
        counters.stored.increment();
        return PutResult.STORED;
    }

    private void store(byte[] key, @Nullable Entry entry, Value value, PutOptions options) {
        var stored = entry;
        if (stored == null) {
            stored = index.add(key, value);
        } else {
            index.replace(stored, value);
        }
        if (options.expiresAtMillis() != PutOptions.KEEP) {
            index.setExpiry(stored, endOf(options));
        }
    }

    private long endOf(PutOptions options) {
        boolean ownEnd = options.expiresAtMillis() != PutOptions.FOREVER;
        return ownEnd || settings.ttl().isZero()
                ? options.expiresAtMillis()
                : nowMillis() + settings.ttl().toMillis();
    }

    private static boolean meets(PutOptions.Condition condition, @Nullable Entry entry) {
        return switch (condition) {
            case ALWAYS -> true;
            case IF_ABSENT -> entry == null;
            case IF_PRESENT -> entry != null;
        };
    }

    /**
     * The value of a key, whose lease ends with this read.
     *
     * @return held for the caller, who releases it; null when there is none
     */
    public @Nullable Value get(byte[] key) {
        return locked(() -> {
            var entry = index.find(key);
            if (entry == null) {
                counters.misses.increment();
                return null;
            }
            counters.hits.increment();
            tier.touch(entry.unit);
            if (entry.unit.leaseSettled(entry)) {
                tier.endLease(entry.unit);
            }
            return entry.value.retain();
        });
    }

    /** Whether a key has a value; if so all keys of its unit are leased: not evicted for the lease's time. */
    public boolean exists(byte[] key) {
        return locked(() -> {
            var entry = index.find(key);
            if (entry == null) {
                return false;
            }
            if (tier.lease(entry.unit)) {
                entry.unit.leaseAll();
            }
            return true;
        });
    }

    /** Removes a key; false when it was not there. */
    public boolean delete(byte[] key) {
        return locked(() -> {
            var entry = index.find(key);
            if (entry != null) {
                index.remove(entry);
            }
            return entry != null;
        });
    }

    /** Bytes of a key's value, −1 when there is none. No use of the key: it neither leases nor touches. */
    public long length(byte[] key) {
        return peek(key, -1L, entry -> entry.value.size());
    }

    /** When a key expires, ms since the epoch; {@link PutOptions#FOREVER} for never, −1 when it is not there. */
    public long expiresAtMillis(byte[] key) {
        return peek(key, -1L, entry -> entry.expiresAtMillis);
    }

    /** Sets when a key expires, ms since the epoch or {@link PutOptions#FOREVER}; false when it is not there. */
    public boolean expireAt(byte[] key, long atMillis) {
        return peek(key, false, entry -> {
            index.setExpiry(entry, atMillis);
            return true;
        });
    }

    private <T> T peek(byte[] key, T none, Function<Entry, T> question) {
        return locked(() -> {
            var entry = index.find(key);
            return entry == null ? none : question.apply(entry);
        });
    }

    /** The wall clock by which keys expire, ms since the epoch. */
    public long nowMillis() {
        return settings.wallClock().millis();
    }

    /** Removes everything. */
    public void clear() {
        locked(() -> {
            clears++;
            index.clear();
            return true;
        });
    }

    /** How often everything was removed. */
    public long clears() {
        return locked(() -> clears);
    }

    /** All keys, those used last first; the leased ones before all others. */
    public List<byte[]> keysByUse() {
        return locked(index::keysByUse);
    }

    /** Up to {@code count} keys after {@code cursor}; 0 starts. Every key that stays throughout is met once. */
    public ScanPage scan(long cursor, int count) {
        return locked(() -> index.scan(cursor, count));
    }

    /** Ends leases and removes keys whose time is over; called now and then, so that silence frees memory too. */
    public void tidy() {
        locked(() -> {
            tier.expireLeases();
            index.expire();
            return true;
        });
    }

    @Override
    public @Nullable BlockRow current(BlockId block) {
        return locked(() -> index.rowOf(block));
    }

    /** Names every block that is whole, for advertising all of them again; {@code each} runs without the lock. */
    public void forEachWhole(Consumer<BlockId> each) {
        List<BlockId> blocks = locked(index::wholeBlocks);
        blocks.forEach(each);
    }

    /** Bytes of memory for values. */
    public long capacityBytes() {
        return arena.capacityBytes();
    }

    /** Bytes of memory taken by values, in flight or stored. */
    public long usedBytes() {
        return arena.usedBytes();
    }

    /** Number of keys. */
    public int keys() {
        return locked(index::size);
    }

    /** The largest value that could ever be stored, bytes. */
    public long largestValue() {
        return tier.largestValue();
    }

    /** How long a lease lasts. */
    public Duration readLease() {
        return settings.readLease();
    }

    public StoreCounters counters() {
        return counters;
    }

    /** The tier that values lie in, for its figures. */
    public HostTier tier() {
        return tier;
    }

    private <T extends @Nullable Object> T locked(Action<T> action) {
        T result;
        Set<BlockId> changed;
        lock.lock();
        try {
            result = action.run();
            changed = index.takeChanged();
        } finally {
            lock.unlock();
        }
        changed.forEach(listener::changed);
        return result;
    }

    /** Changes are handed over under the lock and told without it: a listener may ask the store at once. */
    private void tellListener() {
        Set<BlockId> changed;
        lock.lock();
        try {
            changed = index.takeChanged();
        } finally {
            lock.unlock();
        }
        changed.forEach(listener::changed);
    }

    /** Something done with the lock held. */
    private interface Action<T extends @Nullable Object> {
        T run();
    }
}
