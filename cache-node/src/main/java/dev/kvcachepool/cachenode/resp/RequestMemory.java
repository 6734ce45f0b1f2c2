package dev.kvcachepool.cachenode.resp;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Heap that requests hold while they are read: lines and arguments, of all connections together. However many clients
 * send however long lines, the rest of the heap stays with the index. Thread-safe.
 */
final class RequestMemory {
    /** Bytes that a request grows by. */
    static final int STEP = 1 << 10;

    static final String FULL = "requests hold too much memory now: try again";

    private static final long LEAST = 4 << 20;
    private static final int HEAP_SHARE = 16;

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    RequestMemory(long limit) {
        this.limit = limit;
    }

    /** A sixteenth of the heap. */
    static RequestMemory ofHeap() {
        return new RequestMemory(Math.max(LEAST, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
    }

    long taken() {
        return taken.get();
    }

    /** What one connection's request holds of it; owned by the connection's thread. */
    Share share() {
        return new Share(this);
    }

    /** One connection's. */
    static final class Share implements AutoCloseable {
        private final RequestMemory all;
        private long taken;

        private Share(RequestMemory all) {
            this.all = all;
        }

        /** False when there are not as many bytes left. */
        boolean take(int bytes) {
            if (all.taken.addAndGet(bytes) > all.limit) {
                all.taken.addAndGet(-bytes);
                return false;
            }
            taken += bytes;
            return true;
        }

        /** The request is over. */
        void giveBack() {
            if (taken > 0) {
                all.taken.addAndGet(-taken);
                taken = 0;
            }
        }

        @Override
        public void close() {
            giveBack();
        }
    }
}
