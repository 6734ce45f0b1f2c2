package dev.kvcachepool.cachenode.share;

import dev.kvcachepool.cachenode.memory.Value;
import java.util.List;

/**
 * A client's right to read a value where it lies.
 *
 * @param id among its connection's leases
 * @param value held until the lease ends
 * @param sinceNanos when it was given, on the monotonic clock
 */
public record Lease(long id, Value value, List<Part> parts, long sinceNanos) {

    /**
     * Part of the value.
     *
     * @param file tells a client whether it has mapped the file already
     * @param token by which it gets the file
     * @param fileBytes of the whole file
     * @param offset of the part in it, bytes, as {@code length}
     */
    public record Part(long file, String token, long fileBytes, long offset, int length) {}
}
