package dev.kvcachepool.cachenode.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A client that reads and writes without a pause, and knows what it wrote. */
final class Worker {
    private static final int VALUE_BYTES = 64 << 10;
    private static final int KEYS = 16;
    private static final int WRITE_EVERY = 20;
    private static final int PATIENCE_MILLIS = 120_000;

    private final int port;
    private final int number;
    private final List<Long> nanos = new ArrayList<>();
    private volatile boolean ending;
    private CompletableFuture<Long> work = CompletableFuture.completedFuture(0L);

    Worker(int port, int number) {
        this.port = port;
        this.number = number;
    }

    void start() {
        work = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                work.complete(run());
            } catch (RuntimeException | AssertionError e) {
                work.completeExceptionally(e);
            }
        });
    }

    /** Ends; the number of values that were read and right. */
    long end() throws InterruptedException, ExecutionException, TimeoutException {
        ending = true;
        return work.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    synchronized void forget() {
        nanos.clear();
    }

    synchronized List<Long> latencies() {
        return List.copyOf(nanos);
    }

    private synchronized void took(long time) {
        nanos.add(time);
    }

    private long run() {
        var config = DefaultJedisClientConfig.builder()
                .socketTimeoutMillis(PATIENCE_MILLIS)
                .connectionTimeoutMillis(PATIENCE_MILLIS)
                .build();
        long right = 0;
        try (var jedis = new Jedis(new HostAndPort("127.0.0.1", port), config)) {
            for (int i = 0; i < KEYS; i++) {
                jedis.set(key(i), content(i));
            }
            for (int i = 0; !ending; i++) {
                if (i % WRITE_EVERY == 0) {
                    jedis.set(key(KEYS + i % 1000), content(KEYS + i % 1000));
                }
                right += read(jedis, i % KEYS);
                right += i % WRITE_EVERY == 1 ? read(jedis, KEYS + (i - 1) % 1000) : 0;
            }
        }
        return right;
    }

    private int read(Jedis jedis, int key) {
        long start = System.nanoTime();
        var value = jedis.get(key(key));
        took(System.nanoTime() - start);
        // A cache may forget what was written while memory was taken by others.
        if (value != null && !Arrays.equals(value, content(key))) {
            throw new AssertionError("a wrong value");
        }
        return value == null ? 0 : 1;
    }

    private byte[] key(int key) {
        return ("worker-" + number + "-" + key).getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] content(int key) {
        var content = ByteBuffer.allocate(VALUE_BYTES);
        for (long word = (long) number << 48 | (long) key << 24; content.hasRemaining(); word++) {
            content.putLong(word);
        }
        return content.array();
    }
}
