package dev.kvcachepool.cachenode.disk;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What is wrong with a disk, and when writing is to be tried again: after a second, then ever later, up to half a minute. Thread-safe. */
final class DiskTrouble {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final LongSupplier nanoClock;
    private volatile @Nullable String text;
    private long pauseNanos;
    private long againAtNanos;

    DiskTrouble(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Nullable
    String text() {
        return text;
    }

    /** Whether a disk, or a quota of it, was full. The JDK has no other sign of it than the system's words. */
    static boolean isNoSpace(IOException error) {
        var message = error.getMessage();
        return message != null
                && (message.contains("No space left on device") || message.contains("Disk quota exceeded"));
    }

    /** Whether it is too early to try. */
    synchronized boolean waits() {
        return text != null && nanoClock.getAsLong() - againAtNanos < 0;
    }

    synchronized void refused(String operation, IOException error) {
        var message = error.getMessage();
        text = operation + " was refused: "
                + (message == null ? error.getClass().getSimpleName() : message);
        pauseNanos = Math.clamp(pauseNanos * 2, FIRST_NANOS, LAST_NANOS);
        againAtNanos = nanoClock.getAsLong() + pauseNanos;
    }

    synchronized void worked() {
        text = null;
        pauseNanos = 0;
    }
}
