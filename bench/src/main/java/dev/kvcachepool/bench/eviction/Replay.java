package dev.kvcachepool.bench.eviction;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.tier.EvictionKind;
import dev.kvcachepool.cachenode.tier.EvictionSettings;
import dev.kvcachepool.cachenode.tier.HostTier;
import dev.kvcachepool.cachenode.tier.TierUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node's host tier under a workload, called as the store calls it for an engine: EXISTS on block after block until the
 * first that is not there, GET of all that were, SET of the rest. A lease ends with the GET, or after the next request.
 *
 * <p>Blocks have {@value #BLOCK_BYTES} bytes that nobody writes, so that no memory is needed for them.
 */
final class Replay implements AutoCloseable {
    static final int BLOCK_BYTES = 256 << 10;

    private final PagedArena arena;
    private final HostTier tier;
    private final boolean reversed;
    private final Map<Integer, Block> held = new HashMap<>();
    private long nanos;

    /** Of a half or of all of a workload: hits are those of the first blocks of a request, up to the first miss. */
    record Result(long blocks, long hits, long present) {
        double hitRatio() {
            return (double) hits / Math.max(1, blocks);
        }

        double presentRatio() {
            return (double) present / Math.max(1, blocks);
        }
    }

    /**
     * An empty tier of {@code capacity} blocks.
     *
     * @param reversed whether a request's blocks are read and stored from the last to the first
     */
    Replay(EvictionKind kind, int capacity, boolean reversed) {
        this.arena = new PagedArena((long) capacity * BLOCK_BYTES);
        this.tier = new HostTier(arena, new EvictionSettings(kind, 0), 1, Long.MAX_VALUE, () -> nanos, () -> {});
        this.reversed = reversed;
    }

    private final class Block extends TierUnit {
        private final int number;
        private @Nullable Extent extent;

        Block(int number) {
            super(number * 0x9E3779B97F4A7C15L);
            this.number = number;
        }

        @Override
        protected boolean liesIn(int slice) {
            return false;
        }

        @Override
        protected boolean inUse() {
            return false;
        }

        @Override
        protected long heldBytes() {
            return BLOCK_BYTES;
        }

        @Override
        protected void leaseEnded() {}

        @Override
        protected void evicted() {
            held.remove(number);
            if (extent != null) {
                arena.free(extent);
            }
        }
    }

    /** Runs all of a workload; counts from request {@code from} on. */
    Result run(Workload workload, int from) {
        long blocks = 0;
        long hits = 0;
        long present = 0;
        for (int i = 0; i < workload.requests().size(); i++) {
            var request = workload.requests().get(i);
            boolean lookUpOnly = workload.lookUpOnly().get(i);
            int there = 0;
            for (int id : request) {
                there += held.containsKey(id) ? 1 : 0;
            }
            int run = lookUp(request);
            if (!lookUpOnly) {
                read(request, run);
                store(request, run);
            }
            if (i >= from && !lookUpOnly) {
                blocks += request.length;
                hits += run;
                present += there;
            }
            nanos++;
            locked(tier::expireLeases);
        }
        return new Result(blocks, hits, present);
    }

    private int lookUp(int[] request) {
        int run = 0;
        for (; run < request.length; run++) {
            var block = held.get(request[run]);
            if (block == null) {
                return run;
            }
            locked(() -> tier.lease(block));
        }
        return run;
    }

    private void read(int[] request, int run) {
        for (int i = 0; i < run; i++) {
            var block = held.get(request[reversed ? run - 1 - i : i]);
            if (block != null) {
                locked(() -> {
                    tier.touch(block);
                    tier.endLease(block);
                });
            }
        }
    }

    private void store(int[] request, int run) {
        for (int i = run; i < request.length; i++) {
            store(request[reversed ? request.length - 1 - (i - run) : i]);
        }
    }

    private void store(int id) {
        var extent = tier.take(tier.arena().tenant(""), BLOCK_BYTES);
        if (extent == null) {
            return;
        }
        tier.settled(extent.bytes());
        locked(() -> {
            var old = held.get(id);
            if (old != null) {
                arena.free(extent);
                tier.filled(old);
                return;
            }
            var block = new Block(id);
            block.extent = extent;
            held.put(id, block);
            tier.add(block);
            tier.resize(block, extent.bytes(), 0);
        });
    }

    private void locked(Runnable action) {
        tier.lock().lock();
        try {
            action.run();
        } finally {
            tier.lock().unlock();
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
