package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.table.Doubt;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What a reader has read its log anew for. A log that still says so has answered for now; its cleaner may drop that answer
 * later, so the same doubt counts again after a minute, and each time after twice as long, up to an hour. Confined to one
 * thread.
 */
final class Doubts {
    private static final int MOST = 1_024;
    private static final long FIRST_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofHours(1).toNanos();

    private final LongSupplier nanoTime;
    private final Map<Doubt, Answer> answers = new HashMap<>();

    private record Answer(long atNanos, long countsNanos) {}

    Doubts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether to read anew for this one, now. */
    boolean isNew(Doubt doubt) {
        long now = nanoTime.getAsLong();
        var answer = answers.get(doubt);
        if (answer != null && now - answer.atNanos() < answer.countsNanos()) {
            return false;
        }
        if (answers.size() >= MOST) {
            answers.clear();
        }
        answers.put(
                doubt,
                new Answer(now, answer == null ? FIRST_NANOS : Math.min(2 * answer.countsNanos(), LONGEST_NANOS)));
        return true;
    }
}
