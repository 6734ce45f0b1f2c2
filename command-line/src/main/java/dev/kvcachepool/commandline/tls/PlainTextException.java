package dev.kvcachepool.commandline.tls;

import javax.net.ssl.SSLException;

/** The other side does not speak TLS. */
public final class PlainTextException extends SSLException {
    private static final long serialVersionUID = 1;

    PlainTextException() {
        super("it spoke without TLS");
    }
}
