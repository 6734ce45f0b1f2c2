package dev.kvcachepool.cachenode.gpu;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;

/**
 * A context on a device, which ends once, while nobody uses it: what was under way in it is over then. Thread-safe; every use
 * makes it the current one of its thread.
 */
final class Context {
    /** How long its end waits for those who use it, who are told to leave. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CUcontext context;
    private final ReentrantReadWriteLock users = new ReentrantReadWriteLock();
    private volatile boolean ending;
    private boolean ended;

    /** A new one. */
    Context(CUdevice device) throws GpuException {
        this.context = Cuda.newContext(device);
    }

    /** What is done in the context. */
    interface Use<T> {
        T run() throws GpuException;
    }

    /** Does something in the context, unless it is about to end. */
    <T> T use(Use<T> use) throws GpuException {
        // Without waiting: behind who waits for the end, that would be as long as the longest use.
        if (ending || !users.readLock().tryLock()) {
            throw GpuException.lost("the GPU was given up");
        }
        try {
            if (ending) {
                throw GpuException.lost("the GPU was given up");
            }
            Cuda.enter(context);
            return use.run();
        } finally {
            users.readLock().unlock();
        }
    }

    /** What is done in the context without a result. */
    interface Act {
        void run() throws GpuException;
    }

    /** As {@link #use}, without a result. */
    void perform(Act act) throws GpuException {
        boolean ignored = use(() -> {
            act.run();
            return true;
        });
    }

    /** Tells users to leave, and lets no new ones in; somebody else {@link #end}s it. */
    void giveUp() {
        ending = true;
    }

    /** Whether users are to leave. */
    boolean isEnding() {
        return ending;
    }

    /**
     * Ends it. Not called within a use.
     *
     * @return false when somebody does not leave, stuck in the driver: then copies may go on, and what they read and write must
     *     never be used again
     */
    boolean end() {
        ending = true;
        try {
            if (!users.writeLock().tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            if (!ended) {
                Cuda.destroy(context);
                ended = true;
            }
            return true;
        } finally {
            users.writeLock().unlock();
        }
    }
}
