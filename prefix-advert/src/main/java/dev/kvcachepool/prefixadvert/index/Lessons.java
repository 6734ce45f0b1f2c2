package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Chains that look-ups had to go along block by block, for the writer to make {@link Run}s of: adverts of a store that
 * speaks RESP say neither what came before a block nor where it stood, a prompt that is looked up does. Only of prompts that
 * were hashed here: who sends hashes could call anything a chain. Bounded; what finds no room is told again by the next
 * look-up. Thread-safe.
 */
final class Lessons {
    private static final int MOST = 256;

    private final AtomicReferenceArray<Lesson> waiting = new AtomicReferenceArray<>(MOST);
    private final AtomicInteger count = new AtomicInteger();
    private int next;

    /** A chain of one namespace, not modified by anyone. */
    record Lesson(long namespace, BlockChain chain) {}

    /** Never waits. */
    void offer(long namespace, BlockChain chain) {
        int at = (int) (chain.high(chain.size() - 1) & MOST - 1);
        if (waiting.getPlain(at) == null && waiting.compareAndSet(at, null, new Lesson(namespace, chain))) {
            count.incrementAndGet();
        }
    }

    /** Near enough: what is being offered may show a little later. */
    boolean isEmpty() {
        return count.getPlain() == 0;
    }

    /** The next one, or null where there is none. Writer only. */
    @Nullable
    Lesson poll() {
        if (isEmpty()) {
            return null;
        }
        for (int i = 0; i < MOST; i++) {
            next = next + 1 & MOST - 1;
            var lesson = waiting.getPlain(next) == null ? null : waiting.getAndSet(next, null);
            if (lesson != null) {
                count.decrementAndGet();
                return lesson;
            }
        }
        return null;
    }
}
