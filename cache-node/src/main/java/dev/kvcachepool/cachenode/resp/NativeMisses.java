package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.key.EngineKey.Form;
import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.store.ValueSizes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * What LMCache's native client needs besides the protocol. To a GET it reads as many bytes as {@code $<size>\r\n} has, then
 * the value, or takes an error line of just that length for a miss; after {@code $-1\r\n} it waits for ever. It has
 * neither time-out nor a second connection, so that one wrong reply costs a worker.
 *
 * <p>LMCache's multiprocess server asks that client which keys failed. LMCache in an engine's process ({@code resp://}, 0.5.6)
 * does not: whatever its memory held before, it takes for the value of a key that failed, and the engine computes with it. But
 * it gives a read up by a time of its own ({@code blocking_timeout_secs}, 10 s), and that is a miss. So the line is held back
 * until that is over: it comes too late to be taken for a value, and brings the worker back. Thread-safe.
 */
final class NativeMisses {
    private static final String SHORTEST = "-ERR\r\n";

    private final ValueSizes sizes;
    private final Duration lateness;
    private final LongAdder padded = new LongAdder();

    /**
     * Knows what is to be known of sizes.
     *
     * @param lateness of an answer to LMCache in an engine's process: longer than it waits for one; zero for at once
     */
    NativeMisses(ValueSizes sizes, Duration lateness) {
        this.sizes = sizes;
        this.lateness = lateness;
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
     * Answers a GET of a key that is not there, at once or late.
     *
     * @param mayBeNative whether the client has sent nothing that the native one does not send
     */
    void miss(byte[] key, boolean mayBeNative, RespOutput out) throws IOException {
        var parsed = mayBeNative ? KeyParser.parse(key) : null;
        long size = sizes.of(parsed);
        int length = ("$" + size + "\r\n").length();
        if (size == ValueSizes.UNKNOWN || length < SHORTEST.length()) {
            out.nothing();
            return;
        }
        if (parsed != null && parsed.form() == Form.IN_PROCESS) {
            outwait();
        }
        padded.increment();
        out.error("ERR" + "x".repeat(length - SHORTEST.length()));
    }

    private void outwait() throws InterruptedIOException {
        try {
            Thread.sleep(lateness);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a miss was held back");
        }
    }
}
