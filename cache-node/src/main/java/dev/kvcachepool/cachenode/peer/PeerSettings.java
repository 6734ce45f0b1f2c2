package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.commandline.secret.NodeLogin;
import dev.kvcachepool.commandline.tls.Tls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a node deals with others.
 *
 * @param connections to one peer at most
 * @param idle after which a connection that nobody uses is closed
 * @param connect how long connecting may take
 * @param answer how long a home may let a forwarded request wait
 * @param contact how long an earlier home may, which has nobody to ask itself
 * @param rest how long a peer that failed is left alone
 * @param distrust how long one is whose value was not what its checksum says
 * @param login at the others
 * @param tls with which they are spoken to; null without
 */
public record PeerSettings(
        int connections,
        Duration idle,
        Duration connect,
        Duration answer,
        Duration contact,
        Duration rest,
        Duration distrust,
        NodeLogin login,
        @Nullable Tls tls) {

    /** What holds where nothing is configured. */
    public static PeerSettings defaults(NodeLogin login, @Nullable Tls tls) {
        return new PeerSettings(
                32,
                Duration.ofSeconds(30),
                Duration.ofMillis(250),
                Duration.ofSeconds(2),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                login,
                tls);
    }

    /** For nodes that only read from one another, and rather do without than wait for longer than {@code timeout}. */
    public static PeerSettings of(Duration timeout, NodeLogin login, @Nullable Tls tls) {
        var stall = timeout.compareTo(Duration.ofMillis(500)) > 0 ? timeout : Duration.ofMillis(500);
        return new PeerSettings(
                16,
                Duration.ofSeconds(30),
                timeout,
                stall,
                stall,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                login,
                tls);
    }

    @Override
    public String toString() {
        return "PeerSettings[connections=" + connections + "]";
    }
}
