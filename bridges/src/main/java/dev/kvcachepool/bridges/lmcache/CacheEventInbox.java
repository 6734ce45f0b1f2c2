package dev.kvcachepool.bridges.lmcache;

import dev.kvcachepool.bridges.DeclaredModels;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.prefixadvert.anyposition.StoredTokens;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the records of the topic, one after another: keeps what each instance holds in its own memory, and hands on the
 * tokens of stored chunks of any tier whose place in their prompt is known. Bounded; thread-safe.
 */
public final class CacheEventInbox {
    private static final int MOST_INSTANCES = 4096;

    private final DeclaredModels models;
    private final SaltKey saltKey;
    private final StoredTokens tokens;
    private final int mostChunks;
    private final Map<String, InstanceCache> instances = new HashMap<>();
    private long events;
    private long dropped;
    private long gaps;
    private long malformed;
    private long undeclared;
    private long overLimit;

    /**
     * An inbox that has had nothing yet.
     *
     * @param tokens is told what stored chunks cover, by whichever thread hands in the records
     * @param mostChunks of each instance that are kept; further ones count for nothing
     */
    public CacheEventInbox(DeclaredModels models, SaltKey saltKey, StoredTokens tokens, int mostChunks) {
        this.models = models;
        this.saltKey = saltKey;
        this.tokens = tokens;
        this.mostChunks = mostChunks;
    }

    /** Takes in one record; one that cannot be read is counted. */
    public synchronized void take(byte[] record) {
        try {
            CacheEventJson.decode(record).forEach(this::take);
        } catch (MalformedCacheEventException e) {
            malformed++;
        }
    }

    private void take(CacheEvent event) {
        var known = instances.get(event.instance());
        if (known == null && instances.size() >= MOST_INSTANCES) {
            overLimit++;
            return;
        }
        var instance = instances.computeIfAbsent(event.instance(), name -> new InstanceCache(mostChunks));
        var outcome = instance.accept(event);
        switch (outcome) {
            case APPLIED -> events++;
            case APPLIED_AFTER_GAP -> {
                events++;
                gaps++;
            }
            case DROPPED -> {
                dropped++;
                return;
            }
        }
        for (var entry : event.entries()) {
            var model = model(entry.key().model());
            if (model == null) {
                undeclared++;
                continue;
            }
            var block = block(entry.key(), model);
            if (!instance.take(event, entry.key(), block, model)) {
                overLimit++;
            }
            if (event.type() == Change.STORE && entry.tokenOffset() >= 0 && isChunk(entry, model)) {
                tokens.stored(block, entry.tokens().clone(), entry.tokenOffset());
            }
        }
    }

    private static boolean isChunk(CacheEntry entry, ModelSpec model) {
        return entry.tokens().length == model.chunkTokens();
    }

    private @Nullable ModelSpec model(String name) {
        return models.all().stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private BlockId block(CacheKey key, ModelSpec model) {
        var namespace = Namespace.of(model.name(), model.scheme(), saltKey.tag(key.salt()));
        return new BlockId(namespace, BlockHash.ofHex(key.chunkHash()));
    }

    /** What an instance holds of a chunk in its own memory; null for nothing. */
    public synchronized @Nullable BlockRow held(String instance, BlockId block) {
        var known = instances.get(instance);
        return known == null ? null : known.row(block);
    }

    /**
     * How many chunks of a prompt, from one on, an instance holds in its own memory without a hole.
     *
     * @param groups KV groups that a whole chunk has
     */
    public synchronized int run(
            String instance, Namespace namespace, List<BlockHash> chain, int from, List<Integer> groups) {
        var known = instances.get(instance);
        int end = from;
        while (known != null && end < chain.size() && known.hasWhole(new BlockId(namespace, chain.get(end)), groups)) {
            end++;
        }
        return end - from;
    }

    public synchronized InboxStats stats() {
        return new InboxStats(
                instances.size(),
                instances.values().stream().mapToLong(InstanceCache::size).sum(),
                events,
                dropped,
                gaps,
                malformed,
                undeclared,
                overLimit);
    }
}
