package dev.kvcachepool.bridges.lmcache;

import org.jspecify.annotations.Nullable;

/** A record is no cache event; the message names the field, what it is and what is allowed. */
public final class MalformedCacheEventException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedCacheEventException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
