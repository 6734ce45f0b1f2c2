package dev.kvcachepool.prefixadvert.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Says what the topics are now. Thread-safe. */
interface TopicSight {

    /** Asks and does not wait; the answer fails when the brokers are away for longer than the timeout. */
    CompletableFuture<Sighting> ask();

    /**
     * Asks and waits.
     *
     * @throws ExecutionException if a topic is not there, or the brokers refuse
     */
    Sighting see() throws InterruptedException, ExecutionException, TimeoutException;
}
