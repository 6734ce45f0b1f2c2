package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.gpu.GpuException;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Value;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The GPU of a store, for who starts and ends it, and for its figures. Thread-safe.
 *
 * <p>One thread copies what host memory evicts. When the device is lost the same thread tries to open it anew, at intervals that
 * double; where there was none at the start it is not looked for again.
 */
public final class StoreGpu implements AutoCloseable {
    /** Part of host memory that may wait to be copied. */
    private static final int WAITING_SHARE = 16;

    private static final Duration ROUND = Duration.ofMillis(200);
    private static final Duration END = Duration.ofSeconds(30);

    private final Gpu gpu;
    private final Locked locked;
    private final StoreSettings settings;
    private final GpuCounters counters = new GpuCounters();
    private final Departures departures;
    private final GpuSide side;
    private final Thread thread = Thread.ofPlatform().name("to-gpu").daemon().unstarted(this::work);
    private volatile Consumer<String> log = line -> {};
    private volatile @Nullable String trouble;
    private volatile boolean closed;
    private volatile Retries retries = new Retries(Duration.ofSeconds(10), Duration.ofMinutes(10));

    /** Of a store with or without a disk, which also gets what the GPU alone has. */
    StoreGpu(
            Gpu gpu, Locked locked, Index index, StoreMemory memory, @Nullable StoreDisk disk, StoreSettings settings) {
        this.gpu = gpu;
        this.locked = locked;
        this.settings = settings;
        var tier = memory.tier();
        this.departures = new Departures(tier.lock(), memory.arena().capacityBytes() / WAITING_SHARE);
        var copies = new GpuCopies(locked, counters, this::lost);
        Consumer<Entry> unwritten = disk == null ? entry -> {} : disk.side()::enqueue;
        this.side = new GpuSide(locked, index, memory, counters, departures, copies, unwritten);
        if (disk != null) {
            disk.elsewhere(side);
        }
        index.whenLeaving(side::leaves);
        tier.freeing(departures);
        index.gpu().listen(tier::isPinned, index::left, () -> counters.evicted.increment());
    }

    GpuSide side() {
        return side;
    }

    /** Another rhythm of trying to open a lost device; before {@link #start}. */
    void retryBy(Retries other) {
        retries = other;
    }

    /**
     * Takes the device into use, and copies to it from now on; called once. Where it can't be used the store goes on without.
     *
     * @param lines told one line, for people, whenever the device comes or goes
     * @return false where it can't be used
     */
    public boolean start(Consumer<String> lines) {
        log = lines;
        if (!open()) {
            return false;
        }
        thread.start();
        return true;
    }

    private boolean open() {
        try {
            var device = gpu.open();
            locked.perform(() -> side.begin(new GpuLife(device, side.tierOf(device, settings))));
            trouble = null;
            log.accept("GPU tier: %d bytes on %s, %s, %d bytes of host memory pinned"
                    .formatted(device.arena().capacityBytes(), device.name(), device.uuid(), device.pinnedBytes()));
            return true;
        } catch (GpuException e) {
            trouble = e.getMessage();
            log.accept("GPU tier: off, " + e.getMessage());
            return false;
        }
    }

    private void lost(GpuLife life, GpuException why) {
        if (side.end(life)) {
            counters.losses.increment();
            trouble = why.getMessage();
            retries.begin();
            log.accept("GPU tier: the device is lost and what was on it forgotten, " + why.getMessage());
            life.device().close();
        }
    }

    private void work() {
        while (!closed) {
            try {
                var departure = departures.take(ROUND);
                if (departure != null) {
                    side.carry(departure);
                } else if (side.life() == null && retries.isDue()) {
                    boolean ignored = open();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** A value that is on the GPU, else one from elsewhere that is copied there; null where neither is to be had. */
    @Nullable
    Value get(byte[] key, Function<byte[], @Nullable Value> elsewhere) {
        var there = side.bring(key, null);
        if (there != null || side.life() == null) {
            return there;
        }
        var inMemory = elsewhere.apply(key);
        if (inMemory == null) {
            return null;
        }
        try {
            return side.bring(key, inMemory);
        } finally {
            inMemory.release();
        }
    }

    /** Bytes of the device's memory for values; 0 while there is none. */
    public long capacityBytes() {
        return of(life -> life.arena().capacityBytes());
    }

    /** Bytes of the device's memory taken by values. */
    public long usedBytes() {
        return of(life -> life.arena().usedBytes());
    }

    /** Bytes of host memory that is copied from and to directly. */
    public long pinnedBytes() {
        return of(life -> life.device().pinnedBytes());
    }

    private long of(ToLongFunction<GpuLife> figure) {
        var life = side.life();
        return life == null ? 0 : figure.applyAsLong(life);
    }

    /** Bytes of evicted values that wait to be copied. */
    public long waitingBytes() {
        return departures.bytes();
    }

    /** Why there is no device, one line for people; null while there is one. */
    public @Nullable String trouble() {
        return trouble;
    }

    /** The memory of the device in use; null while there is none. */
    public @Nullable PagedArena arena() {
        var life = side.life();
        return life == null ? null : life.arena();
    }

    /** By which other processes find the device in use; null while there is none. */
    public @Nullable String uuid() {
        var life = side.life();
        return life == null ? null : life.device().uuid();
    }

    public GpuCounters counters() {
        return counters;
    }

    /** Gives the device back; the store goes on without what was on it. */
    @Override
    public void close() {
        closed = true;
        try {
            if (thread.isAlive()) {
                thread.join(END);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var life = side.life();
        if (life != null && side.end(life)) {
            life.device().close();
        }
    }
}
