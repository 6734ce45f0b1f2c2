package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the pool's chunks and the engine's blocks that cover it, the last of which completed it. */
final class CoveredChunk {
    final BlockId id;
    final @Nullable BlockHash parent;
    /** Chunks of the prompt before this one. */
    final int position;

    final Lineage lineage;
    final List<EngineBlock> blocks;
    private int tiers;
    private long heldSinceMicros;

    CoveredChunk(BlockId id, @Nullable BlockHash parent, int position, Lineage lineage, List<EngineBlock> blocks) {
        this.id = id;
        this.parent = parent;
        this.position = position;
        this.lineage = lineage;
        this.blocks = List.copyOf(blocks);
    }

    /** Mask of the tiers that can give the whole chunk. */
    int tiers() {
        return tiers;
    }

    long heldSinceMicros() {
        return heldSinceMicros;
    }

    /** Judges anew; whether that changed anything. */
    boolean refresh(long nowMicros) {
        int before = tiers;
        tiers = blocks.stream()
                .mapToInt(EngineBlock::tiers)
                .reduce(CoveredChunk::both)
                .orElse(0);
        if (before == 0 && tiers != 0) {
            heldSinceMicros = nowMicros;
        }
        return before != tiers;
    }

    /**
     * Where two parts are together, given where each is: on a tier that both are on; in host memory, which is read from,
     * where one is only there and the other only on the GPU; nowhere if one is nowhere.
     */
    static int both(int one, int other) {
        int common = one & other;
        return common != 0 || one == 0 || other == 0 ? common : Tier.ENGINE_HOST.mask();
    }
}
