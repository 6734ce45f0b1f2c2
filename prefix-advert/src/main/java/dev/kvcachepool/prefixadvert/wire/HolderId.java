package dev.kvcachepool.prefixadvert.wire;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who holds blocks: a cache-node or an engine. In Kubernetes pool UID + pod name or Kubernetes node name; else what the
 * user passed as node id. A value, not a record, as its hash is asked for at each pick and made once.
 */
public final class HolderId {
    public static final int MAX_BYTES = 512;

    private final String value;
    private final long hash;

    /**
     * The holder of this name.
     *
     * @param value 1 to {@value #MAX_BYTES} bytes in UTF-8
     * @throws IllegalArgumentException if it is of another length
     */
    public HolderId(String value) {
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "holder id has " + bytes.length + " bytes, allowed are 1 to " + MAX_BYTES);
        }
        this.value = value;
        this.hash = Hashing.xxh3_64().hashBytesToLong(bytes);
    }

    public String value() {
        return value;
    }

    /** XXH3-64 of the UTF-8 bytes, which stands for the holder in the keys of block rows. */
    public long hash() {
        return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HolderId id && id.hash == hash && id.value.equals(value);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }

    @Override
    public String toString() {
        return value;
    }
}
