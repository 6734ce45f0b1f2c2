package dev.kvcachepool.e2e.runtime.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Keys to be looked at, each at most once in the queue and at its earliest time; a key that failed comes back after a
 * delay that doubles. Safe for use by several threads.
 */
public final class WorkQueue {
    private static final long FIRST_DELAY = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_DELAY = Duration.ofSeconds(5).toNanos();

    private record Entry(Key key, long due) {}

    private final PriorityQueue<Entry> order = new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));
    private final Map<Key, Entry> queued = new HashMap<>();
    private final Map<Key, Integer> failures = new HashMap<>();
    private boolean closed;

    public void add(Key key) {
        addAt(key, System.nanoTime());
    }

    public void add(Key key, Duration delay) {
        addAt(key, System.nanoTime() + delay.toNanos());
    }

    private synchronized void addAt(Key key, long due) {
        var known = queued.get(key);
        if (known != null) {
            if (known.due - due <= 0) {
                return;
            }
            order.remove(known);
        }
        var entry = new Entry(key, due);
        queued.put(key, entry);
        order.add(entry);
        notifyAll();
    }

    /** The next key that is due; waits for one. Interrupted when the queue is closed. */
    public synchronized Key take() throws InterruptedException {
        while (!closed) {
            var first = order.peek();
            var wait = first == null ? Long.MAX_VALUE : first.due - System.nanoTime();
            if (first != null && wait <= 0) {
                order.remove();
                queued.remove(first.key);
                return first.key;
            }
            wait(first == null ? 0 : wait / 1_000_000 + 1);
        }
        throw new InterruptedException("closed");
    }

    /** Queues a key again, later each time in a row. */
    public synchronized void failed(Key key) {
        var times = failures.merge(key, 1, Integer::sum);
        addAt(key, System.nanoTime() + Math.min(LONGEST_DELAY, FIRST_DELAY << Math.min(times - 1, 20)));
    }

    public synchronized void succeeded(Key key) {
        failures.remove(key);
    }

    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
