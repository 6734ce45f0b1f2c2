package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.bridges.vllm.KvEvent.AllBlocksCleared;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockRemoved;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockStored;
import dev.kvcachepool.prefixadvert.publish.AdvertisedStore;
import dev.kvcachepool.prefixadvert.publish.BlockListener;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Micros;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one engine (one data-parallel rank of it) holds in its own memory, as the pool's chunks.
 *
 * <p>The pool's hashes are computed from the tokens; the engine's are keys for removal only. A chunk is held when all of the
 * engine's blocks that cover it are, in each KV group whose attention reaches back to the start; other groups keep windows
 * and say nothing of a prefix. It may miss what is held and never says what is not: blocks that cannot be placed count for
 * nothing.
 *
 * <p>Thread-safe. The listener is called with the lock held and must not block.
 */
public final class EngineBlocks implements AdvertisedStore {
    /** Some 300 bytes each, so that one engine takes 80 MiB at most: four million tokens in blocks of 16. */
    public static final int DEFAULT_MOST_BLOCKS = 1 << 18;

    private final Lineages lineages;
    private final int mostBlocks;
    private final InstantSource clock;
    private final Map<Integer, GroupBlocks> groups = new TreeMap<>();
    private BlockListener listener = BlockListener.NONE;
    private long unplaced;
    private long overLimit;
    private long ignored;

    /**
     * Of an engine that holds nothing yet.
     *
     * @param mostBlocks the engine's blocks that are followed; further ones count for nothing
     */
    public EngineBlocks(Lineages lineages, int mostBlocks, InstantSource clock) {
        this.lineages = lineages;
        this.mostBlocks = mostBlocks;
        this.clock = clock;
    }

    @Override
    public synchronized void listen(BlockListener next) {
        listener = next;
    }

    /** Takes in one event. */
    public synchronized void apply(KvEvent event) {
        switch (event) {
            case BlockStored stored -> store(stored);
            case BlockRemoved removed -> remove(removed);
            case AllBlocksCleared cleared -> clear();
        }
    }

    /** Nothing is known to be held any more. */
    public synchronized void clear() {
        var before = List.copyOf(groups.values());
        groups.clear();
        before.forEach(group -> group.held().forEach(listener::changed));
    }

    private void store(BlockStored event) {
        if (!event.prefix() || event.remote() || event.medium() == Medium.ELSEWHERE) {
            ignored += event.hashes().size();
            return;
        }
        var group = group(event.group());
        for (int i = 0; i < event.hashes().size(); i++) {
            var known = group.block(event.hashes().get(i));
            if (known == null && size() >= mostBlocks) {
                overLimit++;
                continue;
            }
            var block = isCopyOf(known, event, i) ? known : group.place(event, i, lineages);
            if (block == null) {
                unplaced++;
                if (known != null) {
                    // One name for two things: neither is believed.
                    drop(group, known, Medium.GPU);
                    drop(group, known, Medium.CPU);
                }
            } else if (event.medium() == Medium.GPU) {
                group.onGpu(block, true);
            } else {
                group.inHost(block, Math.max(1, event.blockSize() / block.tokens.length));
            }
        }
    }

    /** Whether the event speaks of a known block without its tokens, or of a longer one in host memory that ends in it. */
    private static boolean isCopyOf(@Nullable EngineBlock known, BlockStored event, int number) {
        if (known == null || event.tokens().length == 0) {
            return event.tokens().length == 0;
        }
        int size = known.tokens.length;
        int end = (number + 1) * event.blockSize();
        return event.medium() == Medium.CPU
                && event.blockSize() > size
                && Arrays.equals(known.tokens, 0, size, event.tokens(), end - size, end);
    }

    private GroupBlocks group(int number) {
        var group = groups.get(Math.max(0, number));
        if (group == null) {
            group = new GroupBlocks(() -> Micros.of(clock.instant()), id -> listener.changed(id));
            groups.put(Math.max(0, number), group);
            // From now on a chunk needs this one, too.
            groups.values().forEach(each -> each.held().forEach(listener::changed));
        }
        return group;
    }

    private void remove(BlockRemoved event) {
        if (event.remote() || event.medium() == Medium.ELSEWHERE) {
            ignored += event.hashes().size();
            return;
        }
        for (var group : groups.entrySet()) {
            if (event.group() == KvEvent.NO_GROUP || event.group() == group.getKey()) {
                for (var hash : event.hashes()) {
                    var block = group.getValue().block(hash);
                    if (block != null) {
                        drop(group.getValue(), block, event.medium());
                    }
                }
            }
        }
    }

    private static void drop(GroupBlocks group, EngineBlock block, Medium medium) {
        if (medium == Medium.GPU) {
            group.onGpu(block, false);
        } else {
            group.inHost(block, 0);
        }
    }

    private int size() {
        return groups.values().stream().mapToInt(GroupBlocks::size).sum();
    }

    @Override
    public synchronized @Nullable BlockRow current(BlockId id) {
        int tiers = tiers(id);
        var chunk = tiers == 0 ? null : groups.values().iterator().next().chunk(id);
        if (chunk == null) {
            return null;
        }
        return new BlockRow(
                tiers,
                1,
                chunk.lineage.held(),
                0,
                chunk.lineage.chunkTokens(),
                chunk.heldSinceMicros(),
                chunk.parent,
                chunk.position);
    }

    private int tiers(BlockId id) {
        return groups.values().stream()
                .mapToInt(group -> group.tiers(id))
                .reduce(CoveredChunk::both)
                .orElse(0);
    }

    @Override
    public synchronized void forEachWhole(Consumer<BlockId> action) {
        if (!groups.isEmpty()) {
            for (var id : groups.values().iterator().next().held()) {
                if (tiers(id) != 0) {
                    action.accept(id);
                }
            }
        }
    }

    public synchronized EngineBlocksStats stats() {
        return new EngineBlocksStats(size(), unplaced, overLimit, ignored);
    }
}
