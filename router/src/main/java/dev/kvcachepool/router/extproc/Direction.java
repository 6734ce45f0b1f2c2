package dev.kvcachepool.router.extproc;

/** Which way a part of an HTTP exchange goes. */
enum Direction {
    /** From the client to the engine. */
    REQUEST,
    /** From the engine to the client. */
    RESPONSE
}
