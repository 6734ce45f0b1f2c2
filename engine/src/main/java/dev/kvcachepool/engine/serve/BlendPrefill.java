package dev.kvcachepool.engine.serve;

import dev.kvcachepool.engine.blend.BlendSettings;
import dev.kvcachepool.engine.model.KvMemory;
import dev.kvcachepool.engine.model.PartialPrefill;
import dev.kvcachepool.engine.model.Transformer;
import dev.kvcachepool.engine.pool.ChunkKeys;
import dev.kvcachepool.engine.pool.MovedChunk;
import dev.kvcachepool.engine.pool.MovedReader;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A prompt whose parts were computed at other places: its prefix as far as that is there, then what is found anywhere, some of
 * it computed anew. Not exact behind the prefix, so that nothing there is stored. Confined to the engine's thread.
 */
final class BlendPrefill {
    private static final int WARM_UPS = 4;

    private final Transformer model;
    private final Steps steps;
    private final PrefixPrefill prefix;
    private final PartialPrefill partial;
    private final MovedReader reader;
    private final BlendSettings settings;
    private final ChunkKeys keys;

    BlendPrefill(
            Transformer model,
            Steps steps,
            PrefixPrefill prefix,
            MovedReader reader,
            BlendSettings settings,
            ChunkKeys keys) {
        this.model = model;
        this.steps = steps;
        this.prefix = prefix;
        this.partial = new PartialPrefill(model);
        this.reader = reader;
        this.settings = settings;
        this.keys = keys;
    }

    /** A prompt of its own, all of which counts as found, some times over. */
    void warmUp() throws InterruptedException {
        var tokens = new int[Math.min(8 * Transformer.STEP, model.shape().contextLength())];
        try (var memory = model.newMemory(tokens.length)) {
            for (int i = 0; i < WARM_UPS; i++) {
                var found = new BitSet();
                found.set(0, tokens.length);
                partial.run(tokens, 0, memory, () -> found, settings.selection(), () -> {});
            }
        }
    }

    /** As {@link PrefixPrefill#run}, which it does itself where too little is found elsewhere. */
    Prefilled run(Prompt prompt, List<byte[]> chunkKeys, KvMemory memory, BooleanSupplier cancelled)
            throws InterruptedException {
        var tokens = prompt.tokens();
        var found = settings.lookup().find(tokens, chunkKeys, prompt.salt());
        int prefixEnd = prefixEnd(found, chunkKeys);
        var moved = found.stream().filter(chunk -> chunk.now() >= prefixEnd).toList();
        int movedTokens = moved.size() * keys.chunkTokens();
        double computing = movedTokens * steps.speed().secondsPerToken();
        if (movedTokens < settings.leastTokens()
                || !reader.within(moved.size(), memory.bytes(keys.chunkTokens()), computing)) {
            return prefix.run(tokens, chunkKeys, memory, cancelled);
        }
        var chunks = prefix.fill(tokens, chunkKeys.subList(0, prefixEnd / keys.chunkTokens()), memory, cancelled);
        var loading = reader.start(moved, memory, (long) (computing * 1e9));
        var result =
                partial.run(tokens, prefixEnd, memory, loading, settings.selection(), () -> Steps.check(cancelled));
        return new Prefilled(
                result.next(),
                chunkKeys,
                chunks.computed(),
                false,
                chunks.held(),
                chunks.read(),
                result.reused(),
                result.recomputed());
    }

    /** Where the prompt's own prefix ends among what was found: text alone names no prefix, keys do. */
    private int prefixEnd(List<MovedChunk> found, List<byte[]> chunkKeys) {
        int chunks = 0;
        for (var chunk : found) {
            if (chunks == chunkKeys.size() || !Arrays.equals(chunk.key(), chunkKeys.get(chunks))) {
                break;
            }
            chunks++;
        }
        return chunks * keys.chunkTokens();
    }
}
