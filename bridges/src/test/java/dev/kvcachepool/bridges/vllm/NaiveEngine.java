package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@link EngineBlocks} should say, the plain way: blocks are whole prefixes, and every chunk of every one of them is
 * judged anew each time.
 */
final class NaiveEngine {
    private final int blockTokens;
    private final int chunkTokens;
    private final Set<List<Integer>> placed = new HashSet<>();
    private final Set<List<Integer>> onGpu = new HashSet<>();
    private final Map<List<Integer>, List<List<Integer>>> inHost = new HashMap<>();
    private final Map<List<Integer>, BlockId> names = new HashMap<>();

    /** What the pool calls the last chunk of a prefix. */
    interface Names {
        BlockId of(List<Integer> prefix);
    }

    NaiveEngine(int blockTokens, int chunkTokens) {
        this.blockTokens = blockTokens;
        this.chunkTokens = chunkTokens;
    }

    int blockTokens() {
        return blockTokens;
    }

    int known() {
        return placed.size();
    }

    EngineHash hash(List<Integer> prompt, int block) {
        var prefix = prefix(prompt, block);
        return new EngineHash(prefix.size(), prefix.hashCode());
    }

    private List<Integer> prefix(List<Integer> prompt, int block) {
        return prompt.subList(0, (block + 1) * blockTokens);
    }

    /**
     * The engine says that it has a block.
     *
     * @param silent without its tokens
     * @param span blocks that the copy covers
     */
    void store(List<Integer> prompt, int block, Medium medium, boolean silent, int span) {
        var prefix = prefix(prompt, block);
        if (!placed.contains(prefix) && (silent || (block > 0 && !placed.contains(prefix(prompt, block - 1))))) {
            return;
        }
        placed.add(prefix);
        if (medium == Medium.GPU) {
            onGpu.add(prefix);
        } else {
            var covered = new java.util.ArrayList<List<Integer>>();
            for (int i = block; i >= 0 && covered.size() < span && placed.contains(prefix(prompt, i)); i--) {
                covered.add(prefix(prompt, i));
            }
            inHost.put(prefix, covered);
        }
        forget();
    }

    void remove(List<Integer> prompt, int block, Medium medium) {
        if (medium == Medium.GPU) {
            onGpu.remove(prefix(prompt, block));
        } else {
            inHost.remove(prefix(prompt, block));
        }
        forget();
    }

    /** What is nowhere is forgotten, unless a block of the same chunk follows. */
    private void forget() {
        while (placed.removeIf(prefix -> tiers(prefix) == 0
                && placed.stream()
                        .noneMatch(next -> next.size() == prefix.size() + blockTokens
                                && prefix.size() % chunkTokens != 0
                                && next.subList(0, prefix.size()).equals(prefix)))) {
            // Again: what came before may be needed by nothing now.
        }
    }

    private int tiers(List<Integer> prefix) {
        boolean host = inHost.values().stream().anyMatch(covered -> covered.contains(prefix));
        return (onGpu.contains(prefix) ? Tier.ENGINE_GPU.mask() : 0) | (host ? Tier.ENGINE_HOST.mask() : 0);
    }

    /** Every chunk that is held, with its tiers. */
    Map<BlockId, Integer> tiers(Names chunks) {
        var held = new HashMap<BlockId, Integer>();
        var now = new HashMap<List<Integer>, Integer>();
        placed.forEach(prefix -> now.put(prefix, tiers(prefix)));
        for (var prefix : placed) {
            for (int end = chunkTokens; end <= prefix.size(); end += chunkTokens) {
                var chunk = prefix.subList(0, end);
                int tiers = tiers(now, prefix, end - chunkTokens, end);
                if (tiers != 0) {
                    held.merge(names.computeIfAbsent(chunk, chunks::of), tiers, (one, other) -> one | other);
                }
            }
        }
        return held;
    }

    private int tiers(Map<List<Integer>, Integer> now, List<Integer> prefix, int from, int to) {
        boolean gpu = true;
        boolean host = true;
        boolean any = true;
        for (int end = (from / blockTokens + 1) * blockTokens; end - blockTokens < to; end += blockTokens) {
            int tiers = end <= prefix.size() ? now.getOrDefault(prefix.subList(0, end), 0) : 0;
            gpu &= Tier.ENGINE_GPU.in(tiers);
            host &= Tier.ENGINE_HOST.in(tiers);
            any &= tiers != 0;
        }
        if (gpu || host) {
            return (gpu ? Tier.ENGINE_GPU.mask() : 0) | (host ? Tier.ENGINE_HOST.mask() : 0);
        }
        return any ? Tier.ENGINE_HOST.mask() : 0;
    }
}
