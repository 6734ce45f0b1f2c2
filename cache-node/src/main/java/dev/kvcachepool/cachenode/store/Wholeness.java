package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says when a chunk is whole, and what is advertised of it then.
 *
 * <p>Values of different layouts, world sizes or dtypes don't complete each other. Among those that can, each engine host
 * is judged alone: it is whole when, for every group that the model requires, each of its ranks is there. A rank of an
 * in-process {@code redis://} key is there with both its parts. Layerwise values never make a chunk whole: their keys
 * don't say how many layers there are.
 */
final class Wholeness {
    private final ModelSpec model;
    private final Map<Variant, Parts> variants = new LinkedHashMap<>();

    private Wholeness(ModelSpec model) {
        this.model = model;
    }

    /** What goes together: one layout, one world, one dtype. */
    private record Variant(EngineKey.Form form, int worldSize, int localWorld, String dtype) {}

    /** Bit {@code group * worldSize + rank} of what is there. */
    private static final class Parts {
        final BitSet values = new BitSet();
        final BitSet metadata = new BitSet();
        final BitSet hosts = new BitSet();
        final BitSet groups = new BitSet();
    }

    /** The row of a unit's best variant, or null when none is whole. */
    static @Nullable BlockRow rowOf(ChunkUnit unit, ModelSpec model, long nowMicros) {
        var wholeness = new Wholeness(model);
        unit.entries.forEach(wholeness::add);
        BlockRow best = null;
        for (var variant : wholeness.variants.entrySet()) {
            var held = wholeness.held(variant.getKey(), variant.getValue());
            if (held.isEmpty()) {
                continue;
            }
            var sum = sumOf(unit, variant.getKey(), held);
            if (best == null || sum.bytes > best.bytes()) {
                best = BlockRow.flat(
                        sum.tier.mask(),
                        variant.getKey().worldSize(),
                        RankSet.of(held),
                        sum.bytes,
                        model.chunkTokens(),
                        nowMicros);
            }
        }
        return best;
    }

    /** What a variant's values come to, and the slowest tier that one of them has to be read from. */
    private record Sum(long bytes, Tier tier) {}

    private void add(Entry entry) {
        var key = entry.engineKey;
        if (key == null || bitOf(key) >= RankSet.MAX_BITS || !isSure(entry)) {
            return;
        }
        var parts = variants.computeIfAbsent(variantOf(key), variant -> new Parts());
        switch (key.part()) {
            case KV_BYTES -> parts.values.set(bitOf(key));
            case METADATA -> parts.metadata.set(bitOf(key));
            case WHOLE -> {
                parts.values.set(bitOf(key));
                parts.metadata.set(bitOf(key));
            }
            case LAYER -> {
                return;
            }
        }
        parts.hosts.set(key.firstRankOfHost());
        parts.groups.set(key.group());
    }

    private BitSet held(Variant variant, Parts parts) {
        var there = (BitSet) parts.values.clone();
        there.and(parts.metadata);
        var held = new BitSet();
        parts.hosts.stream()
                .filter(host -> hostIsWhole(variant, there, host))
                .forEach(host -> parts.groups.stream().forEach(group -> copyHost(variant, there, group, host, held)));
        return held;
    }

    private boolean hostIsWhole(Variant variant, BitSet there, int host) {
        for (int group : model.requiredGroups()) {
            int from = group * variant.worldSize() + host;
            if (there.nextClearBit(from) < from + variant.localWorld()) {
                return false;
            }
        }
        return true;
    }

    private static void copyHost(Variant variant, BitSet there, int group, int host, BitSet held) {
        int from = group * variant.worldSize() + host;
        for (int bit = from; bit < from + variant.localWorld(); bit++) {
            if (there.get(bit)) {
                held.set(bit);
            }
        }
    }

    /** What only lies on disk, unread since an earlier process wrote it, may turn out to be nothing. */
    private static boolean isSure(Entry entry) {
        return entry.value != null || entry.isOnGpu() || (entry.place != null && entry.proven);
    }

    private static Sum sumOf(ChunkUnit unit, Variant variant, BitSet held) {
        long bytes = 0;
        var tier = Tier.HOST;
        for (var entry : unit.entries) {
            var key = entry.engineKey;
            if (key != null
                    && isSure(entry)
                    && key.part() != EngineKey.Part.LAYER
                    && variantOf(key).equals(variant)
                    && held.get(bitOf(key))) {
                bytes += entry.size;
                tier = slower(tier, tierOf(entry));
            }
        }
        return new Sum(bytes, tier);
    }

    private static Tier tierOf(Entry entry) {
        if (entry.value != null || entry.leaving != null) {
            return Tier.HOST;
        }
        return entry.onGpu == null ? Tier.DISK : Tier.GPU;
    }

    /** What lies on the GPU is read through host memory: slower than from there, faster than from disk. */
    private static Tier slower(Tier one, Tier other) {
        return one == Tier.DISK || other == Tier.HOST ? one : other;
    }

    private static Variant variantOf(EngineKey key) {
        return new Variant(key.form(), key.worldSize(), key.localWorld(), key.dtype());
    }

    private static int bitOf(EngineKey key) {
        return key.group() * key.worldSize() + key.rank();
    }
}
