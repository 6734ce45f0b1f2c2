package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.bridges.vllm.KvEvent.BlockStored;
import dev.kvcachepool.prefixadvert.hash.ExtraKeys;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one KV group of an engine, and the pool's chunks that they cover.
 *
 * <p>Algorithm. A block is placed when the one before it is known: so is its position, and the tokens of the chunk that it
 * begins in are those of the blocks before it. Where a chunk ends in a block, the chunk's hash follows from the hash before
 * it; the chunk is then entered at each block that covers it, and judged anew whenever one of these comes or goes.
 *
 * <p>A block that is gone is remembered as long as blocks after it in the same chunk are: it may come back. Guarded by
 * {@link EngineBlocks}.
 */
final class GroupBlocks {
    private final Map<EngineHash, EngineBlock> blocks = new HashMap<>();
    private final Map<BlockId, List<CoveredChunk>> held = new HashMap<>();
    private final LongSupplier nowMicros;
    private final Consumer<BlockId> changed;

    GroupBlocks(LongSupplier nowMicros, Consumer<BlockId> changed) {
        this.nowMicros = nowMicros;
        this.changed = changed;
    }

    int size() {
        return blocks.size();
    }

    Iterable<BlockId> held() {
        return held.keySet();
    }

    /** A chunk that is held under this name; null without one. */
    @Nullable
    CoveredChunk chunk(BlockId id) {
        var chunks = held.get(id);
        return chunks == null ? null : chunks.getFirst();
    }

    /** Mask of the tiers that have the chunk. */
    int tiers(BlockId id) {
        return held.getOrDefault(id, List.of()).stream()
                .mapToInt(CoveredChunk::tiers)
                .reduce(0, (a, b) -> a | b);
    }

    @Nullable
    EngineBlock block(EngineHash hash) {
        return blocks.get(hash);
    }

    /** Places a block of an event, unless it is there; null where that cannot be done. */
    @Nullable
    EngineBlock place(BlockStored event, int number, Lineages lineages) {
        var hash = event.hashes().get(number);
        var parentHash = number == 0 ? event.parent() : event.hashes().get(number - 1);
        var size = event.blockSize();
        var tokens = Arrays.copyOfRange(event.tokens(), number * size, (number + 1) * size);
        var known = blocks.get(hash);
        if (known != null) {
            return Arrays.equals(known.tokens, tokens) && java.util.Objects.equals(known.parentHash, parentHash)
                    ? known
                    : null;
        }
        var before = parentHash == null ? null : blocks.get(parentHash);
        var lineage = parentHash == null ? lineages.begin(event) : before == null ? null : before.lineage;
        var extras = event.extrasOf(number);
        if (lineage == null
                || !extras.understood()
                || (!extras.keys().media().isEmpty() && !lineage.namesMedia())
                || (before != null && before.end() > Integer.MAX_VALUE - size)) {
            return null;
        }
        int start = before == null ? 0 : before.end();
        var block = new EngineBlock(
                hash,
                parentHash,
                start % lineage.chunkTokens() == 0 ? null : before,
                lineage,
                start,
                tokens,
                fromStart(extras.keys().media(), start),
                before == null ? lineage.hasher().root() : before.chain);
        if (block.parent != null) {
            block.parent.children++;
        }
        blocks.put(hash, block);
        complete(block);
        return block;
    }

    private static List<ExtraKeys.Media> fromStart(List<ExtraKeys.Media> media, int start) {
        return media.stream()
                .map(item -> new ExtraKeys.Media(item.id(), item.offset() + start))
                .toList();
    }

    /** Enters the chunks that end in the block. */
    private void complete(EngineBlock block) {
        int size = block.lineage.chunkTokens();
        var parent = block.start < size ? null : BlockHash.of(block.chain);
        for (int from = block.start / size * size; from + size <= block.end(); from += size) {
            var parts = parts(block, from);
            block.chain = block.lineage.next(block.chain, tokens(parts, from, size), media(parts, from));
            var name = BlockHash.of(block.chain);
            var id = new BlockId(block.lineage.namespace(), name);
            var chunk = new CoveredChunk(id, parent, from / size, block.lineage, parts);
            parts.forEach(part -> part.chunks.add(chunk));
            parent = name;
        }
    }

    /** The blocks from the one that {@code from} lies in up to the last. */
    private static List<EngineBlock> parts(EngineBlock last, int from) {
        var parts = new ArrayList<EngineBlock>();
        for (var part = last; part != null && part.end() > from; part = part.parent) {
            parts.add(part);
        }
        return parts.reversed();
    }

    private static int[] tokens(List<EngineBlock> parts, int from, int size) {
        var tokens = new int[size];
        for (var part : parts) {
            int first = Math.max(from, part.start);
            int count = Math.min(from + size, part.end()) - first;
            System.arraycopy(part.tokens, first - part.start, tokens, first - from, count);
        }
        return tokens;
    }

    /** What lies in the chunk, once, with offsets from its start. */
    private static List<ExtraKeys.Media> media(List<EngineBlock> parts, int from) {
        var media = new LinkedHashSet<ExtraKeys.Media>();
        parts.forEach(part ->
                part.media.forEach(item -> media.add(new ExtraKeys.Media(item.id(), item.offset() - from))));
        return List.copyOf(media);
    }

    void onGpu(EngineBlock block, boolean is) {
        block.onGpu(is);
        refresh(block);
        forget(block);
    }

    /** The engine's host memory has {@code span} blocks under one hash, of which this is the last; 0 for none. */
    void inHost(EngineBlock last, int span) {
        var covered = behind(last, Math.max(span, last.hostSpan));
        for (int i = 0; i < covered.size(); i++) {
            var block = covered.get(i);
            block.hostCopies += (i < span ? 1 : 0) - (i < last.hostSpan ? 1 : 0);
        }
        last.hostSpan = Math.min(span, covered.size());
        covered.forEach(this::refresh);
        covered.forEach(this::forget);
    }

    /** The block and those before it, as far as they are known. */
    private List<EngineBlock> behind(EngineBlock last, int most) {
        var found = new ArrayList<EngineBlock>();
        for (var block = last; block != null && found.size() < most; ) {
            found.add(block);
            block = block.parentHash == null ? null : blocks.get(block.parentHash);
        }
        return found;
    }

    private void refresh(EngineBlock block) {
        for (var chunk : block.chunks) {
            if (chunk.refresh(nowMicros.getAsLong())) {
                keep(chunk);
                changed.accept(chunk.id);
            }
        }
    }

    private void keep(CoveredChunk chunk) {
        var others = held.getOrDefault(chunk.id, List.of()).stream()
                .filter(other -> !other.equals(chunk))
                .toList();
        if (chunk.tiers() != 0) {
            var all = new ArrayList<>(others);
            all.add(chunk);
            held.put(chunk.id, List.copyOf(all));
        } else if (others.isEmpty()) {
            held.remove(chunk.id);
        } else {
            held.put(chunk.id, others);
        }
    }

    /** Lets a block go that nothing needs, and those before it that only it needed. */
    void forget(EngineBlock block) {
        for (var gone = block; gone != null && gone.isForgettable(); gone = gone.parent) {
            if (!blocks.remove(gone.hash, gone)) {
                return;
            }
            for (var chunk : List.copyOf(gone.chunks)) {
                chunk.blocks.forEach(part -> part.chunks.remove(chunk));
            }
            if (gone.parent != null) {
                gone.parent.children--;
            }
        }
    }
}
