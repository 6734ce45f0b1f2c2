package dev.kvcachepool.cachenode.resp;

import java.io.IOException;

/** A client broke the protocol: it is told so in one line, and closed, as nothing says where its next request starts. */
final class ProtocolException extends IOException {
    ProtocolException(String message) {
        super(message);
    }
}
