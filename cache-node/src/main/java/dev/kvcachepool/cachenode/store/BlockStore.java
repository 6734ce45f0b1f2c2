package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.kept.KeptTable;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.tier.HostTier;
import dev.kvcachepool.prefixadvert.publish.AdvertisedStore;
import dev.kvcachepool.prefixadvert.publish.BlockListener;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import java.time.Duration;
import java.util.List;
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
public final class BlockStore implements AdvertisedStore {
    private final StoreCounters counters;
    private final Mismatches mismatches;
    private final StoreSettings settings;
    private final StoreMemory memory;
    private final HostTier tier;
    private final Locked locked;
    private final AdvertisedBlocks advertised;
    private final Index index;
    private final @Nullable StoreDisk disk;
    private final @Nullable StoreKept kept;
    private final @Nullable StoreGpu gpu;
    private final StoredBlocks blocks;
    private final Reads reads;
    private final Writes writes;
    private long clears;

    /** An empty store in memory only, which owns the use of {@code arena} but does not close it. */
    public BlockStore(PagedArena arena, Steering steering, StoreSettings settings) {
        this(arena, steering, settings, null, null, null);
    }

    /** An empty store, which owns the use of {@code arena} and of {@code log}; {@link #disk} starts and closes the log. */
    public BlockStore(PagedArena arena, Steering steering, StoreSettings settings, @Nullable ValueLog log) {
        this(arena, steering, settings, log, null, null);
    }

    /**
     * The same with a GPU, over memory that outlives the process.
     *
     * @param table of what is in {@code arena}; {@link #kept} takes it in. Null for memory that is empty and goes
     * @param device {@link #gpu} starts and closes it; null for none
     */
    public BlockStore(
            PagedArena arena,
            Steering steering,
            StoreSettings settings,
            @Nullable ValueLog log,
            @Nullable KeptTable table,
            @Nullable Gpu device) {
        this.settings = settings;
        this.mismatches = new Mismatches(settings.nanoClock());
        this.advertised = new AdvertisedBlocks(settings.wallClock());
        var tenants = settings.tenants();
        this.counters = new StoreCounters(tenants.groups());
        this.tier = new HostTier(
                new ReentrantLock(),
                arena,
                settings.eviction(),
                tenants.host(),
                settings.readLease().toNanos(),
                settings.indexLimit(),
                settings.nanoClock(),
                this::tellListener);
        this.memory = new StoreMemory(arena, tier, tenants);
        this.locked = new Locked(tier.lock(), advertised);
        this.index =
                new Index(tier, new KeptValues(table), steering, tenants, counters, settings.wallClock(), advertised);
        this.disk = log == null ? null : new StoreDisk(log, locked, index, memory, settings);
        this.kept = table == null ? null : new StoreKept(table, locked, index, memory);
        this.gpu = device == null ? null : new StoreGpu(device, locked, index, memory, disk, settings);
        this.blocks = new StoredBlocks(locked, advertised, tier, settings.wallClock(), disk, gpu);
        this.reads = new Reads(locked, index, tier, tenants, counters, disk, gpu);
        this.writes = new Writes(locked, index, tier, counters, steering.forms(mismatches), settings, disk);
    }

    private void tellListener() {
        locked.tell();
    }

    /** Tells {@code listener} of every later change of what is to be advertised; one listener, the last one wins. */
    @Override
    public void listen(BlockListener listener) {
        locked.listen(listener);
    }

    /** Its chunks by what adverts call them. */
    public StoredBlocks blocks() {
        return blocks;
    }

    /** The disk that values are also kept on; null without. */
    public @Nullable StoreDisk disk() {
        return disk;
    }

    /** The values in memory that outlive the process; null where none do. */
    public @Nullable StoreKept kept() {
        return kept;
    }

    /** The GPU that values are also kept on; null without. */
    public @Nullable StoreGpu gpu() {
        return gpu;
    }

    /** Starts to receive a key's value of {@code size} bytes; the caller closes the builder whatever happens. */
    public ValueBuilder receive(byte[] key, long size) {
        return memory.receive(key, size);
    }

    /**
     * Stores a received value, in one step for all others.
     *
     * @param key taken over, not to be modified
     * @param received complete, or dropped: then the key loses the value it had, as the new one supersedes it
     */
    public PutResult put(byte[] key, ValueBuilder received, PutOptions options) {
        return writes.put(key, received, options, () -> true);
    }

    /** As {@link #put}, unless everything was removed since {@link #clears} said {@code clears}. */
    public PutResult putUnlessCleared(byte[] key, ValueBuilder received, PutOptions options, long clears) {
        return writes.put(key, received, options, () -> this.clears == clears);
    }

    /**
     * Keeps a value, which the caller goes on holding, under a key that is not there, unless everything was removed since
     * {@link #clears} said {@code clears}. The key is taken over.
     */
    public PutResult keep(byte[] key, Value value, long expiresAtMillis, long clears) {
        return writes.keep(key, value, expiresAtMillis, () -> this.clears == clears);
    }

    /**
     * The value of a key, whose lease ends with this read.
     *
     * @return held for the caller, who releases it; null when there is none
     */
    public @Nullable Value get(byte[] key) {
        return reads.get(key);
    }

    /**
     * The value of a key on the GPU, for who reads it there; copied there if it is elsewhere.
     *
     * @return held for the caller, and without a view; null where there is none, or no room for it
     */
    public @Nullable Value getOnGpu(byte[] key) {
        return gpu == null ? null : gpu.get(key, this::get);
    }

    /** Whether a key has a value; if so all keys of its unit are leased: not evicted for the lease's time. */
    public boolean exists(byte[] key) {
        return reads.exists(key);
    }

    /**
     * Keeps all keys of a key's unit from eviction, and its disk from giving them up, until a moment in ms since the epoch;
     * not from deletion and expiry. A later pin takes the place of an earlier one.
     */
    public PinResult pin(byte[] key, long untilMillis) {
        return locked.run(() -> {
            var entry = index.find(key);
            return entry == null || !entry.isThere() ? PinResult.MISSING : blocks.pin(entry.unit, untilMillis);
        });
    }

    /** Ends the pin of a key's unit; false when there was none. */
    public boolean unpin(byte[] key) {
        return peek(key, false, entry -> tier.unpin(entry.unit));
    }

    /** Removes a key; false when it was not there. */
    public boolean delete(byte[] key) {
        return disk == null ? locked.run(() -> remove(key)) : disk.side().change(key, entry -> true, () -> remove(key));
    }

    private boolean remove(byte[] key) {
        var entry = index.find(key);
        if (entry != null) {
            index.remove(entry);
        }
        return entry != null;
    }

    /** Bytes of a key's value, −1 when there is none. No use of the key: it neither leases nor touches. */
    public long length(byte[] key) {
        return peek(key, -1L, entry -> entry.size);
    }

    /** When a key expires, ms since the epoch; {@link PutOptions#FOREVER} for never, −1 when it is not there. */
    public long expiresAtMillis(byte[] key) {
        return peek(key, -1L, entry -> entry.expiresAtMillis);
    }

    /** Sets when a key expires, ms since the epoch or {@link PutOptions#FOREVER}; false when it is not there. */
    public boolean expireAt(byte[] key, long atMillis) {
        if (disk != null) {
            return disk.side().expireAt(key, atMillis);
        }
        return peek(key, false, entry -> {
            index.setExpiry(entry, atMillis);
            return true;
        });
    }

    private <T> T peek(byte[] key, T none, Function<Entry, T> question) {
        return locked.run(() -> {
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
        Runnable forget = () -> {
            clears++;
            index.clear();
        };
        if (disk == null) {
            locked.perform(forget);
        } else {
            disk.clear(forget);
        }
    }

    /** How often everything was removed. */
    public long clears() {
        return locked.run(() -> clears);
    }

    /** All keys, those used last first; the leased ones before all others. */
    public List<byte[]> keysByUse() {
        return locked.run(index::keysByUse);
    }

    /** Up to {@code count} keys after {@code cursor}; 0 starts. Every key that stays throughout is met once. */
    public ScanPage scan(long cursor, int count) {
        return locked.run(() -> index.scan(cursor, count));
    }

    /** Ends leases and removes keys whose time is over; called now and then, so that silence frees memory too. */
    public void tidy() {
        locked.perform(() -> {
            tier.expireLeases();
            index.expire();
        });
    }

    @Override
    public @Nullable BlockRow current(BlockId block) {
        return locked.run(() -> advertised.rowOf(block));
    }

    /** Names every block that is whole, for advertising all of them again; {@code each} runs without the lock. */
    @Override
    public void forEachWhole(Consumer<BlockId> each) {
        List<BlockId> blocks = locked.run(advertised::whole);
        blocks.forEach(each);
    }

    /** The engines' keys, whole, and which of them change. */
    public KeyFeed keyFeed() {
        return new KeyFeed(locked, index);
    }

    /** Bytes of memory for values. */
    public long capacityBytes() {
        return memory.arena().capacityBytes();
    }

    /** Bytes of memory taken by values, in flight or stored. */
    public long usedBytes() {
        return memory.arena().usedBytes();
    }

    /** Number of keys. */
    public int keys() {
        return locked.run(index::size);
    }

    /** The largest value that could ever be stored, bytes. */
    public long largestValue() {
        return tier.largestValue();
    }

    /** How long a lease lasts. */
    public Duration readLease() {
        return settings.readLease();
    }

    /** Values read, wherever they were. */
    public long hits() {
        return counters.hits()
                + (disk == null ? 0 : disk.counters().hits())
                + (gpu == null ? 0 : gpu.counters().hits());
    }

    /** Whether a key is an engine's, which is made from what its value was computed from: nobody gives it another. */
    public static boolean namesItsContent(byte[] key) {
        return KeyParser.parse(key) != null;
    }

    public StoreCounters counters() {
        return counters;
    }

    /** What engines store otherwise than the pool declares it. */
    public Mismatches mismatches() {
        return mismatches;
    }

    /** The tier that values lie in, for its figures. */
    public HostTier tier() {
        return tier;
    }
}
