package dev.kvcachepool.e2e.cluster;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A client that reads values one after another, as long as it is open, and connects anew when its connection breaks, as Redis
 * clients do: a call that is answered at the second try has not failed.
 */
final class ReadLoad implements AutoCloseable {
    private final Supplier<Jedis> connect;
    private final Function<Integer, byte[]> key;
    private final List<byte[]> values;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Thread thread;
    private volatile boolean open = true;
    private volatile String lastFailure = "";
    private @Nullable Jedis connection;

    ReadLoad(Supplier<Jedis> connect, Function<Integer, byte[]> key, List<byte[]> values) {
        this.connect = connect;
        this.key = key;
        this.values = values;
        this.thread = Thread.ofPlatform().name("read-load").start(this::run);
    }

    private void run() {
        for (int number = 0; open; number = (number + 1) % values.size()) {
            try {
                read(number);
            } catch (JedisException first) {
                broken.increment();
                again(number);
            }
        }
        disconnect();
    }

    private void again(int number) {
        disconnect();
        try {
            read(number);
        } catch (JedisException second) {
            failed.increment();
            lastFailure = LocalTime.now(ZoneOffset.UTC) + " " + second.getMessage();
            disconnect();
        }
    }

    private void read(int number) {
        var jedis = connection;
        if (jedis == null) {
            jedis = connect.get();
            connection = jedis;
        }
        var value = jedis.get(key.apply(number));
        if (value == null) {
            misses.increment();
        } else if (Arrays.equals(value, values.get(number))) {
            hits.increment();
        } else {
            wrong.increment();
        }
    }

    private void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    /** Values that were not what was stored. */
    long wrong() {
        return wrong.sum();
    }

    /** Calls without an answer at the second try, too. */
    long failed() {
        return failed.sum();
    }

    /** The share of reads that found their value. */
    double hitRatio() {
        return (double) hits.sum() / Math.max(1, hits.sum() + misses.sum());
    }

    @Override
    public String toString() {
        return hits + " hits, " + misses + " misses, " + wrong + " wrong, " + broken + " connections broken, " + failed
                + " calls failed" + (lastFailure.isEmpty() ? "" : ", the last at " + lastFailure);
    }

    /** Ends, and waits for that. */
    @Override
    public void close() {
        open = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
