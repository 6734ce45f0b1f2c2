package dev.kvcachepool.router.endpoint;

/** How the router learns that a request's prefill is over. */
public enum Ending {
    /** A streaming request through the proxy: by its first byte. */
    FIRST_BYTE,
    /** A request through the proxy that answers all at once: prefill by its estimate, the request itself by its end. */
    BY_ESTIMATE,
    /** A pick whose request the router never sees: the whole of it by its estimate. */
    UNSEEN
}
