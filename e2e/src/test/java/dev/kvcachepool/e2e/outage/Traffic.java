package dev.kvcachepool.e2e.outage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import redis.clients.jedis.HostAndPort;

/** Several clients at work until {@link #end}. Prints its seed. */
final class Traffic implements AutoCloseable {
    static final Duration EASY = Duration.ofMillis(4);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    /** What the clients counted. */
    static final class Counts {
        final LongAdder stores = new LongAdder();
        final LongAdder reads = new LongAdder();
        final LongAdder hits = new LongAdder();
        final LongAdder wrong = new LongAdder();
        final LongAdder broken = new LongAdder();

        @Override
        public String toString() {
            return "stores " + stores + ", reads " + reads + " (hits " + hits + "), broken " + broken + ", wrong "
                    + wrong;
        }
    }

    private final Counts counts = new Counts();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;
    private volatile Duration pace = EASY;

    /** Starts two clients for each node. */
    Traffic(List<Supplier<HostAndPort>> nodes, int valueBytes) {
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("seed " + seed);
        for (int number = 0; number < nodes.size() * 2; number++) {
            var client = new Client(
                    nodes.get(number / 2), new Random(seed + number), valueBytes, counts, () -> running, () -> pace);
            threads.add(Thread.ofPlatform().name("outage-client-" + number).start(client));
        }
    }

    /** The pause of each client after each command. */
    void pace(Duration pause) {
        pace = pause;
    }

    Counts counts() {
        return counts;
    }

    long stores() {
        return counts.stores.sum();
    }

    @Override
    public void close() {
        end();
    }

    /** Returns when each client has got its last answer; nothing is stored or read after that. */
    void end() {
        running = false;
        try {
            for (var thread : threads) {
                if (!thread.join(ENDS_WITHIN)) {
                    throw new IllegalStateException(thread.getName() + " does not end");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
