package dev.kvcachepool.cachenode.peer;

import java.io.IOException;

/** A peer is left alone, busy, or says what makes no sense. */
final class PeerException extends IOException {
    PeerException(String message) {
        super(message);
    }
}
