package dev.kvcachepool.e2e.runtime.container;

import java.util.concurrent.CompletableFuture;

/** A started container. Safe for use by several threads. */
public interface RunningContainer {
    /** Completed with the exit status when it has ended; 128 + the signal when one ended it. */
    CompletableFuture<Integer> exit();

    /** Asks it to end, as SIGTERM does. */
    void terminate();

    /** Ends it at once, as SIGKILL does. */
    void kill();
}
