package dev.kvcachepool.bridges.vllm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Writes batches as engines do, in each of the encodings that they have used. */
enum Encoding {
    MAPS,
    ARRAYS,
    BATCH_AS_MAP;

    /** Fields of an event by name, in the order of the engine's class; hashes as bytes or numbers. */
    static Map<String, @Nullable Object> stored(
            List<?> hashes, @Nullable Object parent, List<Integer> tokens, int blockSize) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("type", EventFields.STORED);
        fields.put("block_hashes", hashes);
        fields.put("parent_block_hash", parent);
        fields.put("token_ids", tokens);
        fields.put("block_size", blockSize);
        return fields;
    }

    static Map<String, @Nullable Object> removed(List<?> hashes) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("type", EventFields.REMOVED);
        fields.put("block_hashes", hashes);
        return fields;
    }

    byte[] batch(List<? extends Map<String, ? extends @Nullable Object>> events) {
        try (var out = MessagePack.newDefaultBufferPacker()) {
            if (this == BATCH_AS_MAP) {
                var batch = new LinkedHashMap<String, Object>();
                batch.put("type", "KVEventBatch");
                batch.put("ts", 1.5);
                batch.put("events", events);
                batch.put("data_parallel_rank", 0);
                write(out, batch);
            } else {
                out.packArrayHeader(3).packDouble(1.5).packArrayHeader(events.size());
                for (var event : events) {
                    write(out, this == MAPS ? event : inOrder(event));
                }
                out.packInt(0);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As far as the last field that is there; those before it that are not become null. */
    private static List<@Nullable Object> inOrder(Map<String, ? extends @Nullable Object> event) {
        var tag = String.valueOf(event.get("type"));
        var values = new ArrayList<@Nullable Object>(List.of(tag));
        var left = event.size() - 1;
        for (var name : EventFields.order(tag)) {
            if (left > 0) {
                values.add(event.get(name));
                left -= event.containsKey(name) ? 1 : 0;
            }
        }
        return values;
    }

    private static void write(MessageBufferPacker out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.packNil();
            case String text -> out.packString(text);
            case Integer number -> out.packInt(number);
            case Long number
            when number < 0 -> out.packBigInteger(new java.math.BigInteger(Long.toUnsignedString(number)));
            case Long number -> out.packLong(number);
            case Double number -> out.packDouble(number);
            case byte[] bytes -> out.packBinaryHeader(bytes.length).writePayload(bytes);
            case List<?> list -> {
                out.packArrayHeader(list.size());
                for (var element : list) {
                    write(out, element);
                }
            }
            case Map<?, ?> map -> {
                out.packMapHeader(map.size());
                for (var entry : map.entrySet()) {
                    write(out, entry.getKey());
                    write(out, entry.getValue());
                }
            }
            default -> throw new IllegalArgumentException("cannot write " + value.getClass());
        }
    }
}
