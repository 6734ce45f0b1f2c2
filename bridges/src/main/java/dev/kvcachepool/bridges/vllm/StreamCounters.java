package dev.kvcachepool.bridges.vllm;

import java.util.concurrent.atomic.LongAdder;

/** What came of an engine's messages. Counted by one thread, read by any. */
final class StreamCounters {
    private final LongAdder batches = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder replays = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder skipped = new LongAdder();

    void batch(KvEventBatch batch) {
        batches.increment();
        skipped.add((long) batch.skippedEvents() + batch.skippedFields());
    }

    void gap() {
        gaps.increment();
    }

    void replay() {
        replays.increment();
    }

    void loss() {
        losses.increment();
    }

    void malformed() {
        malformed.increment();
    }

    long batches() {
        return batches.sum();
    }

    long gaps() {
        return gaps.sum();
    }

    long replays() {
        return replays.sum();
    }

    long losses() {
        return losses.sum();
    }

    long malformedMessages() {
        return malformed.sum();
    }

    long skipped() {
        return skipped.sum();
    }
}
