package dev.kvcachepool.cachenode.net;

import org.jspecify.annotations.Nullable;

/** How long commands take, for whoever wants to hear of those that take long; nobody at first. Thread-safe. */
public final class CommandTimes {
    private volatile @Nullable Watch watch;

    /** Hears of a command that took long. On the thread that ran it, so it must not wait. */
    public interface Listener {
        /**
         * It is over.
         *
         * @param command by its name
         * @param nanos from its first byte to the last of its reply, a slow client's included
         */
        void took(String command, long nanos);
    }

    private record Watch(long leastNanos, Listener listener) {}

    /** From now on {@code listener} hears of commands that take {@code leastNanos} or longer. */
    public void watch(long leastNanos, Listener listener) {
        watch = new Watch(leastNanos, listener);
    }

    /** A command begins; what this returns is for {@link #end}. */
    public long begin() {
        return watch == null ? 0 : System.nanoTime();
    }

    /** A command is over that began at {@code begun}. */
    public void end(String command, long begun) {
        var told = watch;
        if (told == null || begun == 0) {
            return;
        }
        var took = System.nanoTime() - begun;
        if (took >= told.leastNanos) {
            told.listener.took(command, took);
        }
    }
}
