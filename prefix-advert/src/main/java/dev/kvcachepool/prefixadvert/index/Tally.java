package dev.kvcachepool.prefixadvert.index;

import java.util.concurrent.atomic.AtomicLong;

/** What an index holds, counted by its one writer and read by anyone. */
final class Tally {
    private final AtomicLong blocks = new AtomicLong();
    private final AtomicLong pairs = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();

    void addBlocks(long more) {
        add(blocks, more);
    }

    void addPairs(long more) {
        add(pairs, more);
    }

    void addBytes(long more) {
        add(bytes, more);
    }

    void addRefused() {
        add(refused, 1);
    }

    void addEvicted() {
        add(evicted, 1);
    }

    long blocks() {
        return blocks.get();
    }

    long pairs() {
        return pairs.get();
    }

    long bytes() {
        return bytes.get();
    }

    long refused() {
        return refused.get();
    }

    long evicted() {
        return evicted.get();
    }

    /** One writer, so no read-modify-write is needed. */
    private static void add(AtomicLong counter, long more) {
        if (more != 0) {
            counter.setRelease(counter.getPlain() + more);
        }
    }
}
