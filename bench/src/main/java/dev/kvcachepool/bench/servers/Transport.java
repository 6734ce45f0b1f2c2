package dev.kvcachepool.bench.servers;

import java.util.Locale;

/** How a client reaches a server on the same machine. */
public enum Transport {
    TCP,
    UNIX,
    /** Values are read where they lie in the server's memory; SET goes by the Unix socket. */
    SHARED;

    /** As flags and tables have it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
