package dev.kvcachepool.prefixadvert.wire;

/** A record whose key or value is not what this version writes or reads. Readers skip and count it. */
public final class MalformedAdvertException extends Exception {
    public MalformedAdvertException(String message) {
        super(message);
    }

    public MalformedAdvertException(String message, Throwable cause) {
        super(message, cause);
    }
}
