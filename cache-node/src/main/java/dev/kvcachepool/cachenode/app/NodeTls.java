package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.lm.LmServer;
import dev.kvcachepool.cachenode.net.ConnectionServer;
import dev.kvcachepool.commandline.secret.WatchedFile;
import dev.kvcachepool.commandline.tls.Tls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a node speaks TLS: at its RESP port and towards other nodes, or nowhere.
 *
 * @param tls null for nowhere
 * @param lm whether at the port of {@code lm://} too
 */
record NodeTls(@Nullable Tls tls, boolean lm) {

    /** With which a server speaks; null without. */
    @Nullable
    Tls at(ConnectionServer server) {
        return server instanceof LmServer && !lm ? null : tls;
    }

    /** To be watched. */
    List<WatchedFile<?>> files() {
        return tls == null ? List.of() : List.of(tls.files());
    }
}
