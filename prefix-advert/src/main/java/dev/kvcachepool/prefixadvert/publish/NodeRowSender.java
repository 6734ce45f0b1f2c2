package dev.kvcachepool.prefixadvert.publish;

import java.util.concurrent.CompletionStage;

/** How a holder's own row gets to a nodes topic. Thread-safe. */
@FunctionalInterface
public interface NodeRowSender {

    /** Sends one row; the stage ends when it is durable, or exceptionally within a few seconds. */
    CompletionStage<Void> send(String topic, int partition, byte[] key, byte[] value);
}
