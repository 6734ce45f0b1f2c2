package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.access.Access;
import java.time.Duration;

/**
 * Limits and identity of a RESP server.
 *
 * @param maxConnections the next one is told so and closed
 * @param maxValueBytes a larger bulk is a protocol error
 * @param maxKeyBytes a longer key is refused
 * @param maxArguments keys of MGET, MSET, DEL and EXISTS; arguments of any other command
 * @param maxInlineBytes of a command typed as one line
 * @param clientTimeout how long a client may stall in the middle of a request or of reading its reply
 * @param lateMiss how long a miss of LMCache in an engine's process is held back, by its native client; see {@link NativeMisses}
 * @param access who may use it
 * @param advertisedHost what CLUSTER SLOTS names as this node's address
 * @param version of this program, for INFO
 */
public record RespSettings(
        int maxConnections,
        int maxValueBytes,
        int maxKeyBytes,
        int maxArguments,
        int maxInlineBytes,
        Duration clientTimeout,
        Duration lateMiss,
        Access access,
        String advertisedHost,
        String version) {

    /** Longer than the ten seconds after which LMCache gives a read up, shorter than a node's drain takes at most. */
    private static final Duration USUALLY_LATE = Duration.ofSeconds(20);

    /** What holds where nothing is configured. */
    public static final RespSettings DEFAULTS = new RespSettings(
            2048, 512 << 20, 4 << 10, 1024, 64 << 10, Duration.ofSeconds(60), Access.open(), "127.0.0.1", "unknown");

    /** The same with misses that are late by the usual time. */
    public RespSettings(
            int maxConnections,
            int maxValueBytes,
            int maxKeyBytes,
            int maxArguments,
            int maxInlineBytes,
            Duration clientTimeout,
            Access access,
            String advertisedHost,
            String version) {
        this(
                maxConnections,
                maxValueBytes,
                maxKeyBytes,
                maxArguments,
                maxInlineBytes,
                clientTimeout,
                USUALLY_LATE,
                access,
                advertisedHost,
                version);
    }
}
