package dev.kvcachepool.bridges.lmcache;

import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one instance holds in its own memory, from its events: a number at or below the last one is dropped, a higher incarnation
 * voids all that was before, a lower one is dropped. So does a gap, which may have hidden that something went: it forgets, and
 * never says what is not there. Confined to one thread.
 */
final class InstanceCache {
    /** A chunk's names, its place in the map and what it is made of; the words of its parts come besides. */
    static final int CHUNK_BYTES = 200;

    private final int mostChunks;
    private Map<BlockId, Parts> chunks = new HashMap<>();
    private long incarnation = -1;
    private long sequence;
    private long bytes;

    /** The parts of a chunk that are there. */
    private static final class Parts {
        private final int worldSize;
        private final int tokens;
        private final BitSet held = new BitSet();

        Parts(int worldSize, int tokens) {
            this.worldSize = worldSize;
            this.tokens = tokens;
        }

        long bytes() {
            return CHUNK_BYTES + (long) (held.size() / Byte.SIZE);
        }
    }

    /** What became of an event. */
    enum Outcome {
        APPLIED,
        /** Applied, and others before it are missing. */
        APPLIED_AFTER_GAP,
        /** Known already, or of an earlier life. */
        DROPPED
    }

    InstanceCache(int mostChunks) {
        this.mostChunks = mostChunks;
    }

    /** Judges an event's number; where it is not dropped its entries are to be taken in next. */
    Outcome accept(CacheEvent event) {
        if (event.incarnation() < incarnation || (event.incarnation() == incarnation && event.sequence() <= sequence)) {
            return Outcome.DROPPED;
        }
        if (event.incarnation() > incarnation) {
            forget();
            incarnation = event.incarnation();
            sequence = 0;
        }
        boolean gap = event.sequence() != sequence + 1;
        if (gap) {
            // What was deleted meanwhile is not known.
            forget();
        }
        sequence = event.sequence();
        return gap ? Outcome.APPLIED_AFTER_GAP : Outcome.APPLIED;
    }

    /** Takes in an entry of an event that was accepted; whether there was room for it. */
    boolean take(CacheEvent event, CacheKey key, BlockId block, ModelSpec model) {
        if (!event.tier().equals(Level.L1) || event.shared()) {
            return true;
        }
        int bit = key.group() * key.worldSize() + key.rank();
        return switch (event.type()) {
            case STORE -> store(block, key.worldSize(), bit, model.chunkTokens());
            case DELETE -> {
                remove(block, bit);
                yield true;
            }
            case ACCESS, CONFIG -> true;
        };
    }

    private boolean store(BlockId block, int worldSize, int bit, int tokens) {
        var parts = chunks.get(block);
        if (parts == null && chunks.size() >= mostChunks) {
            return false;
        }
        if (parts != null) {
            bytes -= parts.bytes();
        }
        if (parts == null || parts.worldSize != worldSize) {
            parts = new Parts(worldSize, tokens);
            chunks.put(block, parts);
        }
        parts.held.set(bit);
        bytes += parts.bytes();
        return true;
    }

    private void remove(BlockId block, int bit) {
        var parts = chunks.get(block);
        if (parts != null) {
            parts.held.clear(bit);
            if (parts.held.isEmpty()) {
                chunks.remove(block);
                bytes -= parts.bytes();
            }
        }
    }

    /** Forgets every chunk, not the numbers. */
    void forget() {
        chunks = new HashMap<>();
        bytes = 0;
    }

    /** What the chunks take of the heap, about. */
    long bytes() {
        return bytes;
    }

    int size() {
        return chunks.size();
    }

    /** Whether all ranks of a chunk are there, of each of some KV groups. */
    boolean hasWhole(BlockId block, List<Integer> groups) {
        var parts = chunks.get(block);
        return parts != null && RankSet.of(parts.held).hasAll(parts.worldSize, groups);
    }

    /** What is held of a chunk; null for nothing. */
    @Nullable
    BlockRow row(BlockId block) {
        var parts = chunks.get(block);
        return parts == null
                ? null
                : BlockRow.flat(Tier.ENGINE_HOST.mask(), parts.worldSize, RankSet.of(parts.held), 0, parts.tokens, 0);
    }
}
