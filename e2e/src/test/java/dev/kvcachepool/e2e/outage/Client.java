package dev.kvcachepool.e2e.outage;

import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One engine's way with its cache-node: prompts are stored chunk by chunk, read again, now and then stored anew or removed.
 * Connects again whenever the connection breaks. One thread.
 */
final class Client implements Runnable {
    private static final BlockHasher HASHER = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, 256);
    private static final int MOST_BLOCKS = 8;
    private static final int REMEMBERED = 4_000;
    private static final long RECONNECT_NANOS = Duration.ofMillis(50).toNanos();

    private final Supplier<HostAndPort> node;
    private final RandomGenerator random;
    private final Ledger ledger;
    private final Traffic.Counts counts;
    private final BooleanSupplier running;
    private final Supplier<Duration> pace;
    private final List<Chunk> stored = new ArrayList<>();
    private @Nullable Jedis connection;

    /**
     * A client.
     *
     * @param node where it is now; it may move
     * @param pace the pause after each command
     */
    Client(
            Supplier<HostAndPort> node,
            RandomGenerator random,
            int valueBytes,
            Traffic.Counts counts,
            BooleanSupplier running,
            Supplier<Duration> pace) {
        this.node = node;
        this.random = random;
        this.ledger = new Ledger(valueBytes);
        this.counts = counts;
        this.running = running;
        this.pace = pace;
    }

    @Override
    public void run() {
        while (running.getAsBoolean()) {
            switch (random.nextInt(8)) {
                case 0, 1 -> storePrompt();
                case 2 -> some(this::store);
                case 3 -> some(this::remove);
                default -> some(this::read);
            }
        }
        close();
    }

    private void storePrompt() {
        var tokens = new int[HASHER.blockTokens() * random.nextInt(1, MOST_BLOCKS + 1)];
        for (int at = 0; at < tokens.length; at++) {
            tokens[at] = random.nextInt(128_000);
        }
        for (var hash : HASHER.chain(tokens)) {
            var chunk = new Chunk(HexFormat.of().formatHex(hash));
            if (stored.size() < REMEMBERED) {
                stored.add(chunk);
            } else {
                stored.set(random.nextInt(REMEMBERED), chunk);
            }
            store(chunk);
        }
    }

    private void some(java.util.function.Consumer<Chunk> action) {
        if (!stored.isEmpty()) {
            action.accept(stored.get(random.nextInt(stored.size())));
        }
    }

    private void store(Chunk chunk) {
        int version = ledger.nextVersion(chunk);
        try {
            open().set(chunk.key(), ledger.content(chunk, version));
            ledger.acknowledge(chunk, version);
            counts.stores.increment();
        } catch (JedisException e) {
            ledger.doubt(chunk, version);
            broken();
        }
        pause();
    }

    private void remove(Chunk chunk) {
        try {
            open().del(chunk.key());
            ledger.acknowledge(chunk, Ledger.REMOVED);
        } catch (JedisException e) {
            broken();
        }
        pause();
    }

    private void read(Chunk chunk) {
        try {
            var jedis = open();
            var value = jedis.exists(chunk.key()) ? jedis.get(chunk.key()) : null;
            counts.reads.increment();
            if (value != null) {
                counts.hits.increment();
                if (!ledger.isRight(chunk, value)) {
                    counts.wrong.increment();
                }
            }
        } catch (JedisException e) {
            broken();
        }
        pause();
    }

    private Jedis open() {
        var open = connection;
        if (open == null) {
            // With settings: without any, a client looks like LMCache's own, which takes misses in another form.
            open = new Jedis(
                    node.get(),
                    DefaultJedisClientConfig.builder()
                            .connectionTimeoutMillis(5_000)
                            .socketTimeoutMillis(5_000)
                            .clientName("outage")
                            .build());
            connection = open;
        }
        return open;
    }

    private void broken() {
        counts.broken.increment();
        close();
        LockSupport.parkNanos(RECONNECT_NANOS);
    }

    private void pause() {
        long nanos = pace.get().toNanos();
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }

    private void close() {
        var open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (JedisException e) {
                counts.broken.increment();
            }
        }
    }
}
