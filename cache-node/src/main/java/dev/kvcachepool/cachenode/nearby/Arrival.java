package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.peer.Landing;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** One value on its way into this node's memory, within the limits. Owned by the fetching thread, which closes it. */
final class Arrival implements Landing, AutoCloseable {
    private final BlockStore store;
    private final TransferLimits limits;
    private final NearbySettings settings;
    private final byte[] key;
    private final Flight flight;
    private final LongPredicate hasPlace;
    private int units;
    private long begunNanos;
    private boolean crowdedOut;
    private @Nullable ValueBuilder builder;

    /**
     * Begins.
     *
     * @param hasPlace whether a value of so many bytes is wanted here
     */
    Arrival(
            BlockStore store,
            TransferLimits limits,
            NearbySettings settings,
            byte[] key,
            Flight flight,
            LongPredicate hasPlace) {
        this.store = store;
        this.limits = limits;
        this.settings = settings;
        this.key = key;
        this.flight = flight;
        this.hasPlace = hasPlace;
    }

    @Override
    public @Nullable ValueBuilder begin(long size) {
        begunNanos = System.nanoTime();
        long end = begunNanos + settings.transferNanos(size);
        flight.end(end);
        if (size > store.largestValue() || !hasPlace.test(size) || !takeUnits(size, end)) {
            return null;
        }
        builder = store.receive(key, size);
        return builder;
    }

    private boolean takeUnits(long size, long end) {
        try {
            int taken = limits.takeUnits(size, end);
            units = Math.max(0, taken);
            crowdedOut = taken < 0;
            return taken >= 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public long endNanos() {
        return flight.end();
    }

    @Override
    public boolean isWanted() {
        return flight.isWanted();
    }

    /** How long it has been coming since its first byte; 0 where it never began. */
    long comingNanos() {
        return begunNanos == 0 ? 0 : System.nanoTime() - begunNanos;
    }

    /** Whether others took all the room for transfers, and for too long. */
    boolean isCrowdedOut() {
        return crowdedOut;
    }

    /** From now on the value's last release gives the room for transfers back, or whoever counts it elsewhere. */
    void leaveUnitsTo(Value value) {
        var taken = new AtomicInteger(units);
        units = 0;
        value.whenFreed(() -> limits.giveUnitsBack(taken.getAndSet(0)));
    }

    /** The value once all of it has come, which the caller now holds. */
    Value value() {
        if (builder == null) {
            throw new IllegalStateException("no value has begun to come");
        }
        return builder.build();
    }

    @Override
    public void close() {
        if (builder != null) {
            builder.close();
        }
        limits.giveUnitsBack(units);
        units = 0;
    }
}
