package dev.kvcachepool.cachenode.net;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for connections: of its own for each of the first few, which is quickest to answer; virtual ones for all others,
 * which wait on the JDK's selector while they are idle, cost next to nothing then, and share as many threads as there are
 * processors (256 at most, when some of them wait for a disk). Thread-safe.
 */
final class ConnectionThreads {
    /** Deep enough for every command. */
    private static final long STACK_BYTES = 512 << 10;

    private static final int SEATS_PER_PROCESSOR = 2;
    private static final int LEAST_SEATS = 4;

    private final AtomicInteger seats = new AtomicInteger(
            Math.max(LEAST_SEATS, SEATS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()));

    /** Runs a connection's task on a thread of the kind that is free. */
    void start(String name, Runnable task) {
        if (seats.getAndUpdate(free -> Math.max(0, free - 1)) == 0 || !startSeated(name, task)) {
            Thread.ofVirtual().name(name).start(task);
        }
    }

    /** False where the system has no thread to give. */
    private boolean startSeated(String name, Runnable task) {
        try {
            Thread.ofPlatform().daemon().name(name).stackSize(STACK_BYTES).start(() -> {
                try {
                    task.run();
                } finally {
                    seats.incrementAndGet();
                }
            });
            return true;
        } catch (OutOfMemoryError e) {
            seats.incrementAndGet();
            return false;
        }
    }
}
