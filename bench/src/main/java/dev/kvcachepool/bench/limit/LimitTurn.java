package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.load.Turn;
import dev.kvcachepool.bench.wire.Expected;
import dev.kvcachepool.bench.wire.StoreClient;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** One connection's puts, and after every few of them a GET of one of its recent keys. Owns its client. */
final class LimitTurn implements Turn {
    private static final int PUTS_A_GET = 3;
    private final StoreClient client;
    private final Slots slots;
    private final SizeMix sizes;
    private final AtomicLong left;
    private final int recent;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Tally puts = new Tally();
    private final Tally gets = new Tally();
    private long count;

    /**
     * Counts {@code left} down by the bytes that it puts.
     *
     * @param recent among how many of the last keys a GET chooses; 0 for no GETs
     */
    LimitTurn(StoreClient client, Slots slots, SizeMix sizes, AtomicLong left, int recent) {
        this.client = client;
        this.slots = slots;
        this.sizes = sizes;
        this.left = left;
        this.recent = recent;
    }

    @Override
    public void once() throws IOException {
        put();
        if (recent > 0 && ++count % PUTS_A_GET == 0) {
            get(slots.recent(random.nextInt(Math.min(recent, slots.count()))), gets);
        }
    }

    private void put() throws IOException {
        var slot = slots.store(sizes.next());
        var value = slots.value(slot);
        left.addAndGet(-slot.size());
        long start = System.nanoTime();
        boolean taken = client.put(slot.key(), value);
        long nanos = System.nanoTime() - start;
        if (taken) {
            puts.moved(slot.size(), nanos, 0);
        } else {
            puts.refused(nanos);
        }
    }

    private void get(Slots.Slot slot, Tally tally) throws IOException {
        long start = System.nanoTime();
        var got = client.get(slot.key(), Expected.bytes(slots.value(slot)));
        if (got.hit()) {
            tally.moved(slot.size(), System.nanoTime() - start, got.wrongBytes());
        } else {
            tally.missed();
        }
    }

    /** Reads every key once: what is still there. */
    Tally sweep() throws IOException {
        var found = new Tally();
        for (var slot : slots.all()) {
            get(slot, found);
        }
        return found;
    }

    Tally puts() {
        return puts;
    }

    Tally gets() {
        return gets;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
