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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the records of the topic, one after another: keeps what each instance holds in its own memory, and hands on the
 * tokens of stored chunks of any tier whose place in their prompt is known.
 *
 * <p>Bounded, whatever the records say: at most {@value #MOST_INSTANCES} instances, so many chunks of each, and so many bytes
 * of all. Where there is no room an instance's chunks are forgotten: of the one that has neither spoken nor been asked about
 * for the longest time. So names that no endpoint has go first.
 *
 * <p>Records are handed in by one thread; questions may come from any, and never wait for more than {@value #SLICE} entries.
 */
public final class CacheEventInbox {
    private static final int MOST_INSTANCES = 4096;
    /** Entries that are taken in before a question has its turn. */
    private static final int SLICE = 256;

    private final DeclaredModels models;
    private final SaltKey saltKey;
    private final StoredTokens tokens;
    private final int mostChunks;
    private final long mostBytes;
    /** The first is the one that was spoken or asked of the longest ago. */
    private final LinkedHashMap<String, InstanceCache> instances = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
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
     * @param mostBytes that the chunks of all instances may take, about
     */
    public CacheEventInbox(
            DeclaredModels models, SaltKey saltKey, StoredTokens tokens, int mostChunks, long mostBytes) {
        this.models = models;
        this.saltKey = saltKey;
        this.tokens = tokens;
        this.mostChunks = mostChunks;
        this.mostBytes = mostBytes;
    }

    /** Takes in one record; one that cannot be read is counted. */
    public void take(byte[] record) {
        try {
            CacheEventJson.decode(record).forEach(this::take);
        } catch (MalformedCacheEventException e) {
            synchronized (this) {
                malformed++;
            }
        }
    }

    private void take(CacheEvent event) {
        if (!accept(event)) {
            return;
        }
        var entries = event.entries();
        for (int start = 0; start < entries.size(); start += SLICE) {
            var named = named(entries.subList(start, Math.min(entries.size(), start + SLICE)));
            apply(event, named);
            if (event.type() == Change.STORE) {
                named.forEach(this::handOn);
            }
        }
    }

    /** Whether an event's entries are to be taken in. */
    private synchronized boolean accept(CacheEvent event) {
        if (!instances.containsKey(event.instance()) && instances.size() >= MOST_INSTANCES) {
            dropEldest();
        }
        var instance = instances.computeIfAbsent(event.instance(), name -> new InstanceCache(mostChunks));
        bytes -= instance.bytes();
        var outcome = instance.accept(event);
        bytes += instance.bytes();
        switch (outcome) {
            case APPLIED -> events++;
            case APPLIED_AFTER_GAP -> {
                events++;
                gaps++;
            }
            case DROPPED -> dropped++;
        }
        return outcome != InstanceCache.Outcome.DROPPED;
    }

    private void dropEldest() {
        var eldest = instances.pollFirstEntry().getValue();
        bytes -= eldest.bytes();
        overLimit += Math.max(1, eldest.size());
    }

    /** An entry of a model that the pool declares. */
    private record Named(CacheEntry entry, ModelSpec model, BlockId block) {}

    private List<Named> named(List<CacheEntry> entries) {
        var named = new ArrayList<Named>(entries.size());
        for (var entry : entries) {
            var model = model(entry.key().model());
            if (model != null) {
                named.add(new Named(entry, model, block(entry.key(), model)));
            }
        }
        synchronized (this) {
            undeclared += entries.size() - named.size();
        }
        return named;
    }

    private synchronized void apply(CacheEvent event, List<Named> entries) {
        var instance = instances.get(event.instance());
        if (instance == null) {
            overLimit += entries.size();
            return;
        }
        for (var each : entries) {
            bytes -= instance.bytes();
            boolean hadRoom = instance.take(event, each.entry.key(), each.block, each.model);
            bytes += instance.bytes();
            if (!hadRoom) {
                overLimit++;
            }
            makeRoom(instance);
        }
    }

    /** Forgets others, and {@code current} itself where it is the only one. */
    private void makeRoom(InstanceCache current) {
        while (bytes > mostBytes) {
            if (instances.size() > 1) {
                dropEldest();
            } else {
                overLimit += current.size();
                bytes -= current.bytes();
                current.forget();
            }
        }
    }

    private void handOn(Named named) {
        var entry = named.entry;
        if (entry.tokenOffset() >= 0 && isChunk(entry, named.model)) {
            var rest = BlockHash.restOf(HexFormat.of().parseHex(entry.key().chunkHash()));
            tokens.stored(named.block, rest, entry.tokens().clone(), entry.tokenOffset());
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
