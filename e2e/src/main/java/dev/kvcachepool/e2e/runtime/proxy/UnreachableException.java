package dev.kvcachepool.e2e.runtime.proxy;

/** A name or address that leads nowhere just now; the message says why. */
public final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreachableException(String message) {
        super(message);
    }
}
