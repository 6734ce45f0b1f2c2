package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.tier.HostTier;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a store by what adverts call them, for who knows better than the eviction policy which will be needed. Only
 * what is advertised can be named so: a chunk that is not whole is not there. Thread-safe.
 */
public final class StoredBlocks {
    private final Locked locked;
    private final AdvertisedBlocks advertised;
    private final HostTier tier;
    private final InstantSource wallClock;
    private final @Nullable StoreDisk disk;
    private final @Nullable StoreGpu gpu;

    StoredBlocks(
            Locked locked,
            AdvertisedBlocks advertised,
            HostTier tier,
            InstantSource wallClock,
            @Nullable StoreDisk disk,
            @Nullable StoreGpu gpu) {
        this.locked = locked;
        this.advertised = advertised;
        this.tier = tier;
        this.wallClock = wallClock;
        this.disk = disk;
        this.gpu = gpu;
    }

    /** Keeps a chunk as {@link BlockStore#pin} does. */
    public PinResult pin(BlockId block, long untilMillis) {
        return locked.run(() -> {
            var unit = advertised.unitOf(block);
            return unit == null ? PinResult.MISSING : pin(unit, untilMillis);
        });
    }

    /** Called with the tier's lock held. */
    PinResult pin(ChunkUnit unit, long untilMillis) {
        comeBack(unit);
        long nanos = Duration.ofMillis(untilMillis - wallClock.millis()).toNanos();
        return tier.pin(unit, nanos) ? PinResult.PINNED : PinResult.NO_ROOM;
    }

    /** Ends the pin of a chunk; false when there was none. */
    public boolean unpin(BlockId block) {
        return locked.run(() -> {
            var unit = advertised.unitOf(block);
            return unit != null && tier.unpin(unit);
        });
    }

    /**
     * Begins to read what of a chunk lies on disk only, as far as reading ahead has room, and counts as a use of it: what was
     * used longest ago leaves memory for it, and nothing that is pinned or leased.
     */
    public WarmResult warm(BlockId block) {
        return locked.run(() -> {
            var unit = advertised.unitOf(block);
            return unit == null ? WarmResult.MISSING : warm(unit);
        });
    }

    private WarmResult warm(ChunkUnit unit) {
        comeBack(unit);
        tier.touch(unit);
        if (disk == null || unit.entries.stream().noneMatch(Entry::isOnDiskOnly)) {
            return WarmResult.IN_MEMORY;
        }
        return disk.side().warm(unit) ? WarmResult.READING : WarmResult.NO_ROOM;
    }

    /** What is on its way to the GPU stays in memory. */
    private void comeBack(ChunkUnit unit) {
        if (gpu != null) {
            gpu.side().comeBackWhole(unit.entries.getFirst());
        }
    }
}
