package dev.kvcachepool.bridges.lmcache;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Events to and from the JSON of LMCache's topic {@code lmcache-cache-events}: {@code {"batches": […]}}. Fields that are not
 * known are passed over. Stateless.
 */
public final class CacheEventJson {
    public static final int MOST_BYTES = 8 << 20;
    private static final int MOST_BATCHES = 1 << 12;
    private static final int MOST_ENTRIES = 1 << 16;
    private static final int MOST_TOKENS = 1 << 16;
    private static final int MOST_DEPTH = 8;
    private static final int MOST_TEXT = 4096;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxStringLength(MOST_TEXT)
                            .maxNumberLength(64)
                            .maxNameLength(MOST_TEXT)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private CacheEventJson() {}

    /** The events of a record, in their order. */
    public static List<CacheEvent> decode(byte[] record) throws MalformedCacheEventException {
        if (record.length > MOST_BYTES) {
            throw new MalformedCacheEventException(
                    "the record has " + record.length + " bytes, allowed are " + MOST_BYTES, null);
        }
        try {
            var batches = FieldsOfJson.of(JSON.readTree(record), "the record").array("batches", MOST_BATCHES);
            var events = new ArrayList<CacheEvent>();
            for (var batch : batches) {
                events.add(event(FieldsOfJson.of(batch, "a batch")));
            }
            return List.copyOf(events);
        } catch (JsonProcessingException e) {
            // Not what stands there: it may be a prompt's.
            throw new MalformedCacheEventException(
                    "the record is no JSON that is allowed, from byte "
                            + e.getLocation().getByteOffset() + " on",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedCacheEventException(String.valueOf(e.getMessage()), e);
        }
    }

    private static CacheEvent event(FieldsOfJson batch) {
        var entries = new ArrayList<CacheEntry>();
        for (var entry : batch.array("entries", MOST_ENTRIES)) {
            entries.add(entry(FieldsOfJson.of(entry, "an entry")));
        }
        return new CacheEvent(
                batch.text("instance_id", 1),
                batch.whole("incarnation", 0, Long.MAX_VALUE),
                batch.whole("seq", 1, Long.MAX_VALUE),
                batch.oneOf("event_type", Change.class),
                batch.oneOf("tier", Level.class),
                batch.textOr("backend", ""),
                entries,
                batch.truthOr("shared", false),
                batch.numberOr("ts", 0),
                batch.wholeOr("capacity_bytes", -1),
                batch.wholeOr("capacity_revision", -1));
    }

    private static CacheEntry entry(FieldsOfJson entry) {
        var key = entry.within("key");
        var hash = key.text("chunk_hash_hex", 16);
        if (!hash.matches("([0-9a-f]{2}){8,32}")) {
            throw new IllegalArgumentException(
                    "chunk_hash_hex is not allowed; allowed are 16 to 64 small hex digits, an even number");
        }
        var tokens = entry.arrayOr("token_ids", MOST_TOKENS);
        var ids = new int[tokens.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) FieldsOfJson.whole("token_ids", tokens.get(i), 0, Integer.MAX_VALUE);
        }
        return new CacheEntry(
                new CacheKey(
                        hash,
                        key.text("model_name", 1),
                        (int) key.whole("kv_rank", 0, 0xffffffffL),
                        (int) key.whole("object_group_id", 0, Integer.MAX_VALUE - 1),
                        key.textOr("cache_salt", "")),
                Math.max(0, entry.wholeOr("size_bytes", 0)),
                ids,
                (int) Math.min(Integer.MAX_VALUE, entry.wholeOr("token_offset", -1)));
    }

    /** One record of these events. */
    public static byte[] encode(List<CacheEvent> events) {
        var root = JSON.createObjectNode();
        var batches = root.putArray("batches");
        for (var event : events) {
            var batch = batches.addObject();
            batch.put("instance_id", event.instance());
            batch.put("incarnation", event.incarnation());
            batch.put("seq", event.sequence());
            batch.put("event_type", event.type().name().toLowerCase(Locale.ROOT));
            batch.put("tier", event.tier().name().toLowerCase(Locale.ROOT));
            batch.put("backend", event.backend());
            var entries = batch.putArray("entries");
            event.entries().forEach(entry -> entries.add(json(entry)));
            batch.put("shared", event.shared());
            batch.put("ts", event.seconds());
            if (event.capacityBytes() >= 0) {
                batch.put("capacity_bytes", event.capacityBytes());
                batch.put("capacity_revision", event.capacityRevision());
            }
        }
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static JsonNode json(CacheEntry entry) {
        var node = JSON.createObjectNode();
        var key = node.putObject("key");
        key.put("chunk_hash_hex", entry.key().chunkHash());
        key.put("model_name", entry.key().model());
        key.put("kv_rank", Integer.toUnsignedLong(entry.key().kvRank()));
        key.put("object_group_id", entry.key().group());
        key.put("cache_salt", entry.key().salt());
        node.put("size_bytes", entry.sizeBytes());
        var tokens = node.putArray("token_ids");
        for (int token : entry.tokens()) {
            tokens.add(token);
        }
        node.put("token_offset", entry.tokenOffset());
        return node;
    }
}
