package dev.kvcachepool.router.endpoint;

import java.util.Locale;

/** How the router came to know an endpoint. */
public enum Origin {
    /** A flag says so, for the life of the router. */
    STATIC,
    /** An engine pod that is ready, for as long as it is. */
    POD;

    /** The name in answers. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
