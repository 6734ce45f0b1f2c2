package dev.kvcachepool.engine.serve;

import dev.kvcachepool.engine.model.KvMemory;
import dev.kvcachepool.engine.model.Rotation;
import dev.kvcachepool.engine.model.Transformer;
import dev.kvcachepool.engine.pool.ChunkKeys;
import dev.kvcachepool.engine.pool.ChunkWriter;
import dev.kvcachepool.engine.pool.ChunkWriter.Chunk;
import dev.kvcachepool.engine.pool.MovedReader;
import dev.kvcachepool.engine.pool.PrefixReader;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Prefill with a pool, and storing what came of it. Confined to the engine's thread. */
final class CachedPrefill {
    private final ChunkKeys keys;
    private final ChunkWriter writer;
    private final PrefixPrefill prefix;
    private final @Nullable BlendPrefill blend;

    CachedPrefill(Transformer model, Steps steps, CacheAccess cache) {
        this.keys = cache.keys();
        this.writer = cache.writer();
        this.prefix = new PrefixPrefill(steps, new PrefixReader(cache.reader()), keys);
        var settings = cache.blend();
        this.blend = settings == null
                ? null
                : new BlendPrefill(
                        model,
                        steps,
                        prefix,
                        new MovedReader(cache.reader(), new Rotation(model.shape()), keys.chunkTokens()),
                        settings,
                        keys);
    }

    Prefilled run(Prompt prompt, KvMemory memory, BooleanSupplier cancelled) throws InterruptedException {
        var chunkKeys = keys.of(prompt.tokens(), prompt.salt());
        return blend == null
                ? prefix.run(prompt.tokens(), chunkKeys, memory, cancelled)
                : blend.run(prompt, chunkKeys, memory, cancelled);
    }

    /** Goes the way of a prompt of which something is found elsewhere, where there is such a way. */
    void warmUp() throws InterruptedException {
        if (blend != null) {
            blend.warmUp();
        }
    }

    /** Stores the chunks of a prompt that were computed here, later. */
    void store(Prompt prompt, Prefilled prefilled, KvMemory memory) {
        prefilled.computed().stream()
                .forEach(chunk -> offer(prefilled.keys(), prompt.tokens(), chunk, prompt.salt(), memory));
    }

    /**
     * Stores the chunks that an answer completed, later.
     *
     * @param text prompt and answer
     * @param known tokens at its start that are in memory
     */
    void storeAnswer(Prompt prompt, int[] text, int known, KvMemory memory) {
        int first = prompt.tokens().length / keys.chunkTokens();
        int end = known / keys.chunkTokens();
        if (first < end) {
            var whole = Arrays.copyOf(text, end * keys.chunkTokens());
            var chunkKeys = keys.of(whole, prompt.salt());
            for (int chunk = first; chunk < end; chunk++) {
                offer(chunkKeys, whole, chunk, prompt.salt(), memory);
            }
        }
    }

    private void offer(List<byte[]> chunkKeys, int[] tokens, int chunk, String salt, KvMemory memory) {
        int length = keys.chunkTokens();
        writer.offer(new Chunk(chunkKeys.get(chunk), tokens, chunk * length, length, salt), memory);
    }
}
