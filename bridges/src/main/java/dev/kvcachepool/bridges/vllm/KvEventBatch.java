package dev.kvcachepool.bridges.vllm;

import java.util.List;

/**
 * What one message brought.
 *
 * @param events in their order
 * @param skippedEvents events of kinds that this version does not know
 * @param skippedFields fields that it does not know
 */
public record KvEventBatch(List<KvEvent> events, int skippedEvents, int skippedFields) {
    public KvEventBatch {
        events = List.copyOf(events);
    }
}
