package dev.kvcachepool.e2e.engine;

import java.util.concurrent.atomic.LongAdder;

/** What all engines of a pass counted together. Thread-safe. */
public final class EngineCounters {
    final LongAdder hitBlocks = new LongAdder();
    final LongAdder fullBlocks = new LongAdder();
    final LongAdder bytesStored = new LongAdder();
    final LongAdder bytesFetched = new LongAdder();
    final LongAdder wrongBytes = new LongAdder();
    final LongAdder storeErrors = new LongAdder();

    /** Leading blocks fetched and verified over full prompt blocks. */
    public double hitRatio() {
        var full = fullBlocks.sum();
        return full == 0 ? 0 : (double) hitBlocks.sum() / full;
    }

    public long bytesStored() {
        return bytesStored.sum();
    }

    public long bytesFetched() {
        return bytesFetched.sum();
    }

    public long wrongBytes() {
        return wrongBytes.sum();
    }

    /** Calls to a cache-node that failed; the engine went on without. */
    public long storeErrors() {
        return storeErrors.sum();
    }
}
