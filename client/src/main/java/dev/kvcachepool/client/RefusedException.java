package dev.kvcachepool.client;

import java.io.IOException;

/** The node answered with an error, which is the message; the connection can still be used. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }
}
