package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.store.ValueSizes;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * What LMCache's native client needs besides the protocol. To a GET it reads as many bytes as {@code $<size>\r\n} has, then
 * the value, or takes an error line of just that length for a miss; after {@code $-1\r\n} it waits for ever. It has
 * neither time-out nor a second connection, so that one wrong reply costs a worker. Thread-safe.
 */
final class NativeMisses {
    private static final String SHORTEST = "-ERR\r\n";

    private final ValueSizes sizes;
    private final LongAdder padded = new LongAdder();

    NativeMisses(ValueSizes sizes) {
        this.sizes = sizes;
    }

    /** Misses that were answered with a line of the length that the client reads. */
    long paddedMisses() {
        return padded.sum();
    }

    /** Whether LMCache's native client may send this: AUTH, or a GET, SET, EXISTS or DEL of one key, without options. */
    static boolean sends(String name, int arguments, boolean typed) {
        return !typed
                && switch (name) {
                    case "auth" -> arguments == 1 || arguments == 2;
                    case "get", "exists", "del" -> arguments == 1;
                    case "set" -> arguments == 2;
                    default -> false;
                };
    }

    /** Takes note of the size of a value that a client sends. */
    void stored(byte[] key, long bytes) {
        sizes.stored(KeyParser.parse(key), bytes);
    }

    /**
     * Answers a GET of a key that is not there.
     *
     * @param mayBeNative whether the client has sent nothing that the native one does not send
     */
    void miss(byte[] key, boolean mayBeNative, RespOutput out) throws IOException {
        long size = mayBeNative ? sizes.of(KeyParser.parse(key)) : ValueSizes.UNKNOWN;
        int length = ("$" + size + "\r\n").length();
        if (size == ValueSizes.UNKNOWN || length < SHORTEST.length()) {
            out.nothing();
            return;
        }
        padded.increment();
        out.error("ERR" + "x".repeat(length - SHORTEST.length()));
    }
}
