package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.load.Tally;
import dev.kvcachepool.bench.load.Turn;
import dev.kvcachepool.bench.wire.StoreClient;
import java.io.IOException;

/** GETs or SETs of one connection: every {@code step}th key from {@code first} on, round and round. Owns its client. */
final class StoreTurn implements Turn {
    private final StoreClient client;
    private final Operation operation;
    private final Values values;
    private final int first;
    private final int step;
    private final Tally tally = new Tally();
    private int key;

    StoreTurn(StoreClient client, Operation operation, Values values, int first, int step) {
        this.client = client;
        this.operation = operation;
        this.values = values;
        this.first = first;
        this.step = step;
        this.key = first;
    }

    @Override
    public void once() throws IOException {
        if (operation == Operation.SET) {
            set();
        } else {
            get();
        }
        key = key + step < values.count() ? key + step : first;
    }

    private void set() throws IOException {
        var value = values.next(key);
        long start = System.nanoTime();
        boolean taken = client.put(key, value);
        long nanos = System.nanoTime() - start;
        if (taken) {
            tally.moved(values.size(), nanos, 0);
        } else {
            tally.refused(nanos);
        }
    }

    private void get() throws IOException {
        var expected = values.latest(key);
        long start = System.nanoTime();
        var got = client.get(key, expected);
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
