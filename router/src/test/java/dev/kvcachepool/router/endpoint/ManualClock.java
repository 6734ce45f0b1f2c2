package dev.kvcachepool.router.endpoint;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that tests move. Starts near overflow, since a nano time may be anything. */
public final class ManualClock implements LongSupplier {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1));

    @Override
    public long getAsLong() {
        return now.get();
    }

    public void advanceMillis(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    public void advanceTo(long nanos) {
        now.set(nanos);
    }
}
