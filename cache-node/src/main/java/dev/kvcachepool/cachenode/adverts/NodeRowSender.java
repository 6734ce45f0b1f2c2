package dev.kvcachepool.cachenode.adverts;

import java.util.concurrent.CompletionStage;

/** Where a node's own row goes: the nodes topic. Thread-safe. */
@FunctionalInterface
public interface NodeRowSender {

    /** Sends one row; the stage ends when it is durable, or exceptionally within a few seconds. */
    CompletionStage<Void> send(int partition, byte[] key, byte[] value);
}
