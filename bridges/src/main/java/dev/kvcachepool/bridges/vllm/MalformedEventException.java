package dev.kvcachepool.bridges.vllm;

import org.jspecify.annotations.Nullable;

/** A message of an engine cannot be what it should be; the message names the field, what it is and what is allowed. */
public final class MalformedEventException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedEventException(String message) {
        super(message);
    }

    MalformedEventException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
