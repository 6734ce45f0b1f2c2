package dev.kvcachepool.cachenode.pool;

import static dev.kvcachepool.cachenode.pool.PoolFixture.bytes;
import static dev.kvcachepool.cachenode.pool.PoolFixture.content;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * Clients on random nodes, with an oracle: each key has one writer, who writes rising versions and removes; a value says
 * in every eight bytes whose it is and which version. {@code floor} is the least version that may still be read: of the
 * last write that was answered, and beyond all that were removed. It must hold through any node, also while nodes come
 * and go and learn of that one after another.
 */
class PoolOracleTest {
    private static final int CLIENTS = 4;
    private static final int KEYS_EACH = 12;
    private static final int MOST_BYTES = 600 << 10;
    private static final String OVERWRITTEN = "version overwritten or removed before the read";
    private static final String NOT_THE_LAST = "not the own last write";
    private static final String REMOVED = "EXISTS of a removed key";
    private static final Set<String> OF_VERSIONS = Set.of(OVERWRITTEN, NOT_THE_LAST, REMOVED);

    private final long seed = System.nanoTime();
    private final AtomicLongArray floor = new AtomicLongArray(CLIENTS * KEYS_EACH);
    private final AtomicLongArray written = new AtomicLongArray(CLIENTS * KEYS_EACH);
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();
    private volatile boolean done;

    PoolOracleTest() {
        System.out.println("PoolOracleTest seed " + seed);
    }

    @Test
    void inAPoolThatStaysEveryReadSeesTheLastWrite() throws Exception {
        try (var fixture = PoolFixture.settled(3, 64)) {
            // When
            var troubles = run(fixture, () -> pause(Duration.ofSeconds(2)));
            // Then
            assertThat(troubles).isEmpty();
            assertThat(misses).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whileNodesComeAndGoNoReadSeesWhatWasOverwrittenOrRemoved(int round) throws Exception {
        try (var fixture = PoolFixture.settled(2, 64)) {
            // Given
            var random = new Random(seed + round);
            // When
            var troubles = run(fixture, () -> change(fixture, random, 12));
            // Then
            long failed = fixture.nodes.stream()
                    .mapToLong(node -> node.peers.counters().errors())
                    .sum();
            System.out.println("RESULT reads " + reads + ", misses of held keys " + misses + ", moved "
                    + fixture.nodes.stream()
                            .mapToLong(node -> node.pool.counters().moved())
                            .sum()
                    + ", failed contacts " + failed + ", troubles " + troubles);
            if (failed > 0) {
                // On a machine so busy that a contact times out the pool promises right bytes, not the last version:
                // see Pool.
                troubles.keySet().removeAll(OF_VERSIONS);
            }
            assertThat(troubles).isEmpty();
            assertThat(misses.get()).isLessThan(reads.get() / 20);
        }
    }

    private Map<String, Integer> run(PoolFixture fixture, Runnable changes) throws Exception {
        try (var threads = Executors.newFixedThreadPool(CLIENTS)) {
            var work = new ArrayList<Callable<Map<String, Integer>>>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                work.add(() -> client(fixture, client, new Random(seed * 31 + client)));
            }
            var outcomes = work.stream().map(threads::submit).toList();
            changes.run();
            done = true;
            var troubles = new HashMap<String, Integer>();
            for (var outcome : outcomes) {
                outcome.get().forEach((trouble, count) -> troubles.merge(trouble, count, Integer::sum));
            }
            return troubles;
        }
    }

    private Map<String, Integer> client(PoolFixture fixture, int client, Random random) {
        var troubles = new HashMap<String, Integer>();
        var connections = new HashMap<PoolFixture.Node, Jedis>();
        while (!done) {
            var entries = fixture.entries();
            var entry = entries.get(random.nextInt(entries.size()));
            var connection = connections.computeIfAbsent(entry, PoolFixture.Node::client);
            entry.inUse.readLock().lock();
            try {
                if (!entry.left) {
                    step(connection, client, random, troubles);
                }
            } finally {
                entry.inUse.readLock().unlock();
            }
        }
        connections.values().forEach(Jedis::close);
        return troubles;
    }

    private void step(Jedis connection, int client, Random random, Map<String, Integer> troubles) {
        int own = client * KEYS_EACH + random.nextInt(KEYS_EACH);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                long version = written.incrementAndGet(own);
                var value = content(own, version, 8 * (1 + random.nextInt(MOST_BYTES / 8)));
                check(troubles, "OK".equals(connection.set(bytes("k" + own), value)), "SET was not OK");
                floor.set(own, version);
            }
            case 3 -> {
                var _ = connection.del("k" + own);
                floor.set(own, written.get(own) + 1);
            }
            case 4 -> {
                boolean held = connection.exists("k" + own);
                check(troubles, !held || floor.get(own) <= written.get(own), REMOVED);
            }
            default -> read(connection, random.nextInt(3) == 0 ? random.nextInt(floor.length()) : own, own, troubles);
        }
    }

    private void read(Jedis connection, int key, int own, Map<String, Integer> troubles) {
        long atLeast = floor.get(key);
        var value = connection.get(bytes("k" + key));
        reads.incrementAndGet();
        if (value == null) {
            if (key == own && atLeast > 0 && atLeast <= written.get(key)) {
                misses.incrementAndGet();
            }
            return;
        }
        var longs = ByteBuffer.wrap(value).asLongBuffer();
        long first = longs.get(0);
        boolean whole = true;
        while (longs.hasRemaining()) {
            whole &= longs.get() == first;
        }
        long version = first & 0xffffffffL;
        check(troubles, whole, "a mix of values");
        check(troubles, first >>> 32 == key, "another key's value");
        check(troubles, version >= atLeast, OVERWRITTEN);
        check(troubles, version <= written.get(key), "a version nobody wrote");
        check(troubles, key != own || version == written.get(key), NOT_THE_LAST);
    }

    private static void check(Map<String, Integer> troubles, boolean holds, String trouble) {
        if (!holds) {
            troubles.merge(trouble, 1, Integer::sum);
        }
    }

    /** Nodes join and leave, one after another; each node learns of it at a time of its own. */
    private void change(PoolFixture fixture, Random random, int changes) {
        for (int i = 0; i < changes; i++) {
            int size = fixture.entries().size();
            if (size <= 2 || (size < 5 && random.nextBoolean())) {
                fixture.member(fixture.start(), NodeState.SERVING);
                tellEachInItsTime(fixture, random);
            } else {
                leave(fixture, random);
            }
            pause(Duration.ofMillis(random.nextInt(200)));
        }
    }

    private void leave(PoolFixture fixture, Random random) {
        var entries = fixture.entries();
        var node = entries.get(random.nextInt(entries.size()));
        fixture.member(node, NodeState.DRAINING);
        tellEachInItsTime(fixture, random);
        try {
            new HandOver(node.store, node.pool).run(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        node.inUse.writeLock().lock();
        try {
            node.left = true;
        } finally {
            node.inUse.writeLock().unlock();
        }
        fixture.forget(node.id.value());
        tellEachInItsTime(fixture, random);
        fixture.nodes.remove(node);
        node.close();
    }

    private void tellEachInItsTime(PoolFixture fixture, Random random) {
        var nodes = new ArrayList<>(fixture.nodes);
        Collections.shuffle(nodes, random);
        for (var node : nodes) {
            fixture.tell(node);
            pause(Duration.ofMillis(random.nextInt(40)));
        }
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
