package dev.kvcachepool.cachenode.share;

/** Leases hold all that they may; the message says so in one line. */
public final class NoRoomException extends Exception {
    NoRoomException(String message) {
        super(message);
    }
}
