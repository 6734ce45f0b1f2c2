package dev.kvcachepool.router.http;

import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Says in a holder's place that it is Gone. Thread-safe. */
@FunctionalInterface
public interface GoneWriter {

    /**
     * Returns once it is durable; waits for the broker, bounded.
     *
     * @param last the holder's last row
     * @throws org.apache.kafka.common.KafkaException if the broker can't be reached
     */
    void send(NodeRow last) throws InterruptedException, ExecutionException, TimeoutException;
}
