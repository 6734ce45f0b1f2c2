package dev.kvcachepool.bridges.lmcache;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One entry of a batch while it is read. Confined to one thread. */
final class EntryFields {
    /** Of names and salts, characters. */
    static final int MOST_TEXT = 4096;

    private static final int MOST_TOKENS = 1 << 16;
    private static final Pattern HASH = Pattern.compile("([0-9a-f]{2}){8,32}");
    private static final int[] NONE = {};

    private @Nullable CacheKey key;
    private int[] tokens = NONE;
    private int count;
    private long sizeBytes;
    private int tokenOffset = -1;

    private EntryFields() {}

    /** The entry at which the parser stands. */
    static CacheEntry read(JsonParser json) throws IOException {
        var fields = new EntryFields();
        FieldsOfJson.object(json, "an entry", fields::take);
        return new CacheEntry(
                FieldsOfJson.required("key", fields.key),
                fields.sizeBytes,
                Arrays.copyOf(fields.tokens, fields.count),
                fields.tokenOffset);
    }

    private boolean take(String name, JsonParser json) throws IOException {
        switch (name) {
            case "key" -> key = new KeyFields().read(json);
            case "size_bytes" -> sizeBytes = Math.max(0, FieldsOfJson.whole(json, name, -1, Long.MAX_VALUE));
            case "token_offset" ->
                tokenOffset = (int) Math.min(Integer.MAX_VALUE, FieldsOfJson.whole(json, name, -1, Long.MAX_VALUE));
            case "token_ids" ->
                FieldsOfJson.array(
                        json, name, MOST_TOKENS, id -> add((int) FieldsOfJson.whole(id, name, 0, Integer.MAX_VALUE)));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void add(int token) {
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(64, 2 * count));
        }
        tokens[count++] = token;
    }

    /** The key of an entry. */
    private static final class KeyFields {
        private @Nullable String hash;
        private @Nullable String model;
        private @Nullable Integer rank;
        private @Nullable Integer group;
        private String salt = "";

        CacheKey read(JsonParser json) throws IOException {
            FieldsOfJson.object(json, "key", this::take);
            return new CacheKey(
                    FieldsOfJson.required("chunk_hash_hex", hash),
                    FieldsOfJson.required("model_name", model),
                    FieldsOfJson.required("kv_rank", rank),
                    FieldsOfJson.required("object_group_id", group),
                    salt);
        }

        private boolean take(String name, JsonParser json) throws IOException {
            switch (name) {
                case "chunk_hash_hex" -> hash = hash(FieldsOfJson.text(json, name, 0, MOST_TEXT));
                case "model_name" -> model = FieldsOfJson.text(json, name, 1, MOST_TEXT);
                case "kv_rank" -> rank = (int) FieldsOfJson.whole(json, name, 0, 0xffffffffL);
                case "object_group_id" -> group = (int) FieldsOfJson.whole(json, name, 0, Integer.MAX_VALUE - 1);
                case "cache_salt" -> salt = FieldsOfJson.text(json, name, 0, MOST_TEXT);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static String hash(String hex) {
            if (!HASH.matcher(hex).matches()) {
                throw new IllegalArgumentException(
                        "chunk_hash_hex is not allowed; allowed are 16 to 64 small hex digits, an even number");
            }
            return hex;
        }
    }
}
