package dev.kvcachepool.cachenode.key;

import dev.kvcachepool.cachenode.key.EngineKey.Form;
import dev.kvcachepool.cachenode.key.EngineKey.Part;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads LMCache's keys. Strict: a key that LMCache itself would not have written is opaque, so that nothing is
 * advertised by mistake. The two layouts can't be confused: the second part is eight hex digits in one, a decimal number
 * of at most five digits in the other.
 */
public final class KeyParser {
    /** More ranks than this don't fit an advert. */
    public static final int MAX_WORLD = 1 << 14;

    /** Ends the key under which a value is stored that came over {@code lm://}: the whole of a rank's chunk. */
    public static final String LM_BYTES = "lm_bytes";

    static final String KV_BYTES = "kv_bytes";
    static final String METADATA = "metadata";
    private static final int MAX_SALT = 128;
    private static final Set<String> DTYPES = Set.of(
            "half",
            "bfloat16",
            "float",
            "double",
            "int8",
            "uint8",
            "int16",
            "int32",
            "int64",
            "bool",
            "fp8_e4m3fn",
            "fp8_e4m3fnuz",
            "fp8_e5m2",
            "fp8_e5m2fnuz");
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,4}");
    private static final Pattern KV_RANK = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern GROUP = Pattern.compile("0|[1-9a-f][0-9a-f]{0,3}");
    private static final Pattern LONG_HASH = Pattern.compile("[0-9a-f]{64}");

    private static final byte[] LM_SUFFIX = LM_BYTES.getBytes(StandardCharsets.US_ASCII);

    private KeyParser() {}

    /** Whether a key's value came over {@code lm://}, with its description in front of it. */
    public static boolean isOfLm(byte[] key) {
        int from = key.length - LM_SUFFIX.length;
        return from >= 0 && Arrays.equals(key, from, key.length, LM_SUFFIX, 0, LM_SUFFIX.length);
    }

    /** What {@code key} says, or null for a key of another kind. */
    public static @Nullable EngineKey parse(byte[] key) {
        var text = decode(key);
        if (text == null || text.indexOf('\0') >= 0) {
            return null;
        }
        var parts = List.of(text.split("@", -1));
        if (parts.size() < 4 || parts.getFirst().isEmpty()) {
            return null;
        }
        if (KV_RANK.matcher(parts.get(1)).matches()) {
            return multiprocess(parts);
        }
        if (text.endsWith(KV_BYTES)) {
            return inProcess(cut(text, KV_BYTES), Part.KV_BYTES);
        }
        if (text.endsWith(METADATA)) {
            return inProcess(cut(text, METADATA), Part.METADATA);
        }
        if (text.endsWith(LM_BYTES)) {
            return inProcess(cut(text, LM_BYTES), Part.WHOLE);
        }
        return inProcess(parts, Part.WHOLE);
    }

    private static @Nullable EngineKey multiprocess(List<String> parts) {
        int kvRank = Integer.parseUnsignedInt(parts.get(1), 16);
        int world = kvRank >>> 24;
        int rank = kvRank >>> 16 & 0xff;
        int localWorld = kvRank >>> 8 & 0xff;
        int localRank = kvRank & 0xff;
        var salt = parts.size() == 5 ? parts.get(4) : "";
        boolean sane = parts.size() <= 5
                && rank < world
                && localWorld <= world
                && localRank < localWorld
                && localRank <= rank
                && GROUP.matcher(parts.get(2)).matches()
                && LONG_HASH.matcher(parts.get(3)).matches()
                && (parts.size() == 4 || isSalt(salt));
        if (!sane) {
            return null;
        }
        int group = Integer.parseInt(parts.get(2), 16);
        var hash = ChunkHash.of(java.util.HexFormat.of().parseHex(parts.get(3)));
        return new EngineKey(
                Form.MULTIPROCESS,
                parts.getFirst(),
                world,
                rank,
                localWorld,
                localRank,
                group,
                hash,
                "",
                salt,
                Part.WHOLE,
                -1);
    }

    private static @Nullable EngineKey inProcess(List<String> parts, Part part) {
        if (parts.size() < 5 || !DTYPES.contains(parts.get(4))) {
            return null;
        }
        int world = decimal(parts.get(1));
        int rank = decimal(parts.get(2));
        var hash = PythonHash.parse(parts.get(3));
        if (world < 1 || world > MAX_WORLD || rank < 0 || rank >= world || hash == null) {
            return null;
        }
        int layer = parts.size() > 5 ? decimal(parts.get(5)) : -1;
        var tags = parts.subList(layer < 0 ? 5 : 6, parts.size());
        if (!tags.stream().allMatch(tag -> tag.indexOf('%') > 0)) {
            return null;
        }
        return new EngineKey(
                Form.IN_PROCESS,
                parts.getFirst(),
                world,
                rank,
                world,
                rank,
                0,
                hash,
                parts.get(4),
                String.join("@", tags),
                layer < 0 ? part : Part.LAYER,
                layer);
    }

    private static List<String> cut(String text, String suffix) {
        return List.of(text.substring(0, text.length() - suffix.length()).split("@", -1));
    }

    private static boolean isSalt(String salt) {
        return !salt.isEmpty() && salt.length() <= MAX_SALT && salt.indexOf('/') < 0 && salt.indexOf('\\') < 0;
    }

    private static int decimal(String text) {
        return DECIMAL.matcher(text).matches() ? Integer.parseInt(text) : -1;
    }

    private static @Nullable String decode(byte[] key) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
