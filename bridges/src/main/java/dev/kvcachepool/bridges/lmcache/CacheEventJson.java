package dev.kvcachepool.bridges.lmcache;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Events to and from the JSON of LMCache's topic {@code lmcache-cache-events}: {@code {"batches": […]}}. Fields that are not
 * known are passed over, and a record takes no more than a few times its own bytes of memory, whatever stands in it.
 * Stateless.
 */
public final class CacheEventJson {
    public static final int MOST_BYTES = 8 << 20;
    private static final int MOST_BATCHES = 1 << 12;
    private static final int MOST_DEPTH = 8;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_DEPTH)
                    .maxStringLength(EntryFields.MOST_TEXT)
                    .maxNumberLength(64)
                    .maxNameLength(EntryFields.MOST_TEXT)
                    .build())
            // Names are the writer's to choose: none is kept for the next record.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private CacheEventJson() {}

    /** The events of a record, in their order. */
    public static List<CacheEvent> decode(byte[] record) throws MalformedCacheEventException {
        if (record.length > MOST_BYTES) {
            throw new MalformedCacheEventException(
                    "the record has " + record.length + " bytes, allowed are " + MOST_BYTES, null);
        }
        var events = new ArrayList<CacheEvent>();
        try (var json = FACTORY.createParser(record)) {
            json.nextToken();
            var known = FieldsOfJson.object(json, "the record", (name, value) -> {
                boolean isBatches = name.equals("batches");
                if (isBatches) {
                    FieldsOfJson.array(value, name, MOST_BATCHES, batch -> events.add(EventFields.read(batch)));
                }
                return isBatches;
            });
            FieldsOfJson.require("batches", known);
            return List.copyOf(events);
        } catch (JsonProcessingException e) {
            // Not what stands there: it may be a prompt's.
            throw new MalformedCacheEventException(
                    "the record is no JSON that is allowed, from character "
                            + e.getLocation().getCharOffset() + " on",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedCacheEventException(String.valueOf(e.getMessage()), e);
        }
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
