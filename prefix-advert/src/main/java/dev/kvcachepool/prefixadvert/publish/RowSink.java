package dev.kvcachepool.prefixadvert.publish;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where rows go: one partition of the blocks topic. Rows of one key are written in the order in which they were sent.
 *
 * <p>{@code send} may block for a short, bounded time (a full buffer, unknown metadata); failures come through the stage,
 * never as exceptions. The arrays belong to the sink from then on.
 */
@FunctionalInterface
public interface RowSink {

    /**
     * Sends one row.
     *
     * @param value null for a tombstone
     * @return completes when the row is durable, or exceptionally when that is not known
     */
    CompletionStage<?> send(byte[] key, byte @Nullable [] value);
}
