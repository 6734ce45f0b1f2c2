package dev.kvcachepool.prefixadvert.publish;

import java.util.concurrent.CompletionStage;

/** Where a holder's own row goes: the nodes topic. Thread-safe. */
@FunctionalInterface
public interface NodeRowSender {

    /** Sends one row; the stage ends when it is durable, or exceptionally within a few seconds. */
    CompletionStage<Void> send(int partition, byte[] key, byte[] value);
}
