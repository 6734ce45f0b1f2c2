package dev.kvcachepool.bench.disk;

import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.load.Turn;
import dev.kvcachepool.bench.wire.Expected;
import dev.kvcachepool.bench.wire.StoreClient;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** One of several connections that put or read keys in order, each the next one that nobody has taken. Owns its client. */
final class DiskTurn implements Turn {
    private final StoreClient client;
    private final DiskValues values;
    private final AtomicInteger next;
    private final boolean puts;
    private final Tally tally = new Tally();

    DiskTurn(StoreClient client, DiskValues values, AtomicInteger next, boolean puts) {
        this.client = client;
        this.values = values;
        this.next = next;
        this.puts = puts;
    }

    @Override
    public void once() throws IOException {
        int index = next.getAndIncrement();
        if (index >= values.count()) {
            return;
        }
        if (puts) {
            put(index);
        } else {
            get(index);
        }
    }

    private void put(int index) throws IOException {
        var value = values.next(index);
        long start = System.nanoTime();
        boolean taken = client.put(values.key(index), value);
        long nanos = System.nanoTime() - start;
        if (taken) {
            tally.moved(values.size(), nanos, 0);
        } else {
            tally.refused(nanos);
        }
    }

    private void get(int index) throws IOException {
        long start = System.nanoTime();
        var got = client.get(values.key(index), Expected.bytes(values.latest(index)));
        if (got.hit()) {
            tally.moved(values.size(), System.nanoTime() - start, got.wrongBytes());
        } else {
            tally.missed();
        }
    }

    Tally tally() {
        return tally;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
