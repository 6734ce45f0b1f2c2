package dev.kvcachepool.prefixadvert.wire;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * Who holds blocks: a cache-node or an engine. In Kubernetes pool UID + pod name or Kubernetes node name; else what the
 * user passed as node id.
 *
 * @param value 1 to {@value #MAX_BYTES} bytes in UTF-8
 */
public record HolderId(String value) {
    public static final int MAX_BYTES = 512;

    public HolderId {
        var length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_BYTES) {
            throw new IllegalArgumentException("holder id has " + length + " bytes, allowed are 1 to " + MAX_BYTES);
        }
    }

    /** XXH3-64 of the UTF-8 bytes, which stands for the holder in the keys of block rows. */
    public long hash() {
        return Hashing.xxh3_64().hashBytesToLong(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return value;
    }
}
