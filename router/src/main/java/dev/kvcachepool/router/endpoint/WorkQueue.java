package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The prefill work in front of one endpoint, in the order in which it was sent.
 *
 * <p>Engines don't publish their queues at the moment of a pick, so it is kept here as if the engine served first come,
 * first served: the head has been in service since it was sent or since the previous one's end, whichever is later.
 *
 * <ul>
 *   <li>remaining = max(0, estimate of the head − time in service) + the estimates of all others;
 *   <li>a head that takes longer than its estimate counts as about to end, and keeps the others waiting;
 *   <li>work whose end cannot be seen leaves once its estimate has passed, and the next one starts at that moment;
 *   <li>work that ends or aborts out of order leaves at once; a new head starts then.
 * </ul>
 *
 * <p>Bounded: above {@value #MAX_WORK} entries the oldest whose end is not seen leaves early. Not thread-safe.
 */
final class WorkQueue {
    static final int MAX_WORK = 4096;

    private final LinkedHashSet<Work> queue = new LinkedHashSet<>();
    private long headSince;
    private long tokens;
    private double memoryBytes;
    private double diskBytes;

    void add(Work work, long now) {
        if (queue.isEmpty()) {
            headSince = now;
        }
        queue.add(work);
        tokens += work.amount.tokens();
        memoryBytes += work.amount.memoryBytes();
        diskBytes += work.amount.diskBytes();
    }

    /** Lets work leave whose end is not seen and whose time has passed, and returns it. */
    List<Work> drain(long now, PrefillRates rates) {
        if (queue.isEmpty()) {
            return List.of();
        }
        var drained = new ArrayList<Work>(0);
        while (!queue.isEmpty() && queue.getFirst().ending != Ending.FIRST_BYTE) {
            var head = queue.getFirst();
            var end = headSince + rates.nanos(head.amount);
            if (end - now > 0) {
                break;
            }
            remove(head);
            headSince = end;
            drained.add(head);
        }
        if (queue.size() > MAX_WORK) {
            queue.stream()
                    .filter(work -> work.ending != Ending.FIRST_BYTE)
                    .findFirst()
                    .ifPresent(oldest -> {
                        leave(oldest, now);
                        drained.add(oldest);
                    });
        }
        return drained;
    }

    long remainingNanos(long now, PrefillRates rates) {
        if (queue.isEmpty()) {
            return 0;
        }
        var all = rates.nanos(new PrefillWork(tokens, Math.max(0, memoryBytes), Math.max(0, diskBytes)));
        return Math.max(0, all - Math.min(rates.nanos(queue.getFirst().amount), now - headSince));
    }

    /**
     * Takes {@code work} out.
     *
     * @return how long it was in service, or −1 if it was not in the queue
     */
    long leave(Work work, long now) {
        if (queue.isEmpty()) {
            return -1;
        }
        var wasHead = queue.getFirst() == work;
        if (!remove(work)) {
            return -1;
        }
        var served = now - headSince;
        if (wasHead) {
            headSince = now;
        }
        return served;
    }

    /** Takes {@code work} out because its first byte came: whatever is head now is in service from {@code now}. */
    long finish(Work work, long now) {
        var served = leave(work, now);
        if (served >= 0) {
            headSince = now;
        }
        return served;
    }

    /** How much of what is here was there at {@code then}. */
    int bookedUntil(long then) {
        int count = 0;
        for (var work : queue) {
            if (work.bookedAt - then > 0) {
                break;
            }
            count++;
        }
        return count;
    }

    int size() {
        return queue.size();
    }

    private boolean remove(Work work) {
        if (!queue.remove(work)) {
            return false;
        }
        work.leave();
        tokens -= work.amount.tokens();
        memoryBytes = queue.isEmpty() ? 0 : memoryBytes - work.amount.memoryBytes();
        diskBytes = queue.isEmpty() ? 0 : diskBytes - work.amount.diskBytes();
        return true;
    }
}
