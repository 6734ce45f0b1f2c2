package dev.kvcachepool.cachenode.placement;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.kvcachepool.cachenode.key.KeyParser;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What of a key decides where it lives: model, salt and hash of its chunk, never rank, group or part; else all of it. */
public final class KeyDigest {
    private KeyDigest() {}

    /** XXH3-64, equal for all keys of one chunk. */
    public static long of(byte[] key) {
        var parsed = KeyParser.parse(key);
        if (parsed == null) {
            return Hashing.xxh3_64().hashBytesToLong(key);
        }
        var chunk = new ByteArrayOutputStream(128);
        chunk.writeBytes(parsed.model().getBytes(StandardCharsets.UTF_8));
        chunk.write(0);
        chunk.writeBytes(parsed.salt().getBytes(StandardCharsets.UTF_8));
        chunk.write(0);
        chunk.writeBytes(parsed.hash().bytes());
        return Hashing.xxh3_64().hashBytesToLong(chunk.toByteArray());
    }
}
