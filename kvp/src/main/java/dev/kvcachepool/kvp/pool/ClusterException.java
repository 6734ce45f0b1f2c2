package dev.kvcachepool.kvp.pool;

import java.io.Serial;

/** The cluster can't or won't; the message is one sentence for people. */
public final class ClusterException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ClusterException(String message) {
        super(message);
    }
}
