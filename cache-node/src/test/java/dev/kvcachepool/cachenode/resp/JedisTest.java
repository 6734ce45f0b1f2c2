package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;

/** With a client of the real world, values of the real sizes. */
class JedisTest {
    private static final int MIB = 1 << 20;
    private static final int KEYS = 96;

    private final RespFixture fixture = new RespFixture(128, RespFixture.settings());

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void valuesOfAllSizesComeBackWithoutAWrongByteWhileOthersAreEvicted() throws Exception {
        long seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("JedisTest seed " + seed);
        try (var threads = Executors.newFixedThreadPool(3)) {
            // Given
            var work = new ArrayList<Callable<Integer>>();
            for (int thread = 0; thread < 3; thread++) {
                var random = new Random(seed + thread);
                var protocol = thread == 0 ? RedisProtocol.RESP2 : RedisProtocol.RESP3;
                boolean large = thread == 0;
                work.add(() -> storeAndRead(random, protocol, large));
            }
            // When
            int read = 0;
            for (var outcome : threads.invokeAll(work)) {
                read += outcome.get();
            }
            // Then
            assertThat(read).isPositive();
            assertThat(fixture.store.tier().counters().evictedUnits()).isPositive();
            assertThat(fixture.store.counters().dropped()).isZero();
        }
        // Then what is used is what is stored
        await().until(() -> fixture.server.connections() == 0);
        assertThat(fixture.arena.usedBytes()).isLessThanOrEqualTo(128L * MIB).isEqualTo(storedUnits());
        assertThat(fixture.store.tier().inFlightBytes()).isZero();
    }

    private int storeAndRead(Random random, RedisProtocol protocol, boolean large) {
        int read = 0;
        try (var jedis = connect(protocol)) {
            for (int i = 0; i < KEYS; i++) {
                int size = switch (random.nextInt(4)) {
                    case 0 -> 256 << 10;
                    case 1 -> 2 * MIB;
                    case 2 -> 1 + random.nextInt(8 * MIB);
                    default -> large && random.nextInt(3) == 0 ? 32 * MIB : 4 * MIB + 28;
                };
                // One client stores every key once: three times as much as there is room for, whatever the seed.
                int number = large ? i : random.nextInt(KEYS);
                jedis.set(key(number), content(number, size));
                int other = random.nextInt(KEYS);
                var found = jedis.get(key(other));
                if (found != null) {
                    assertThat(found).isEqualTo(content(other, found.length));
                    read++;
                }
            }
        }
        return read;
    }

    @Test
    void clientsThatVanishLeaveNothingBehind() throws Exception {
        // Given
        try (var stored = connect(RedisProtocol.RESP3)) {
            stored.set(key(1), content(1, 3 * MIB));
        }
        var clients = new ArrayList<RespFixture.Client>();
        for (int i = 0; i < 20; i++) {
            var client = fixture.connect();
            client.send("*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$3000000\r\n" + "y".repeat(i * 100_000));
            clients.add(client);
            var reader = fixture.connect();
            reader.command("GET", "key-1");
            clients.add(reader);
        }
        // When
        for (var client : clients) {
            client.socket.setSoLinger(true, 0);
            client.close();
        }
        // Then
        await().until(() -> fixture.server.connections() == 0);
        assertThat(fixture.arena.usedBytes()).isEqualTo(3L * MIB);
        assertThat(fixture.store.tier().inFlightBytes()).isZero();
        fixture.store.delete(key(1));
        assertThat(fixture.arena.usedBytes()).isZero();
    }

    @Test
    void everydayCommandsWork() {
        for (var protocol : RedisProtocol.values()) {
            try (var jedis = connect(protocol)) {
                assertThat(jedis.set("a", "1", SetParams.setParams().ex(100))).isEqualTo("OK");
                assertThat(jedis.ttl("a")).isEqualTo(100);
                assertThat(jedis.mset("b", "2", "c", "3")).isEqualTo("OK");
                assertThat(jedis.mget("a", "b", "none")).containsExactly("1", "2", null);
                assertThat(jedis.exists("a", "none")).isEqualTo(1);
                assertThat(jedis.scan("0", new ScanParams().match("[ab]").count(100))
                                .getResult())
                        .containsExactlyInAnyOrder("a", "b");
                assertThat(jedis.keys("*")).containsExactlyInAnyOrder("a", "b", "c");
                assertThat(jedis.info("replication")).contains("role:master");
                assertThat(jedis.configGet("maxmemory")).containsEntry("maxmemory", Integer.toString(128 * MIB));
                assertThat(jedis.unlink("a", "b")).isEqualTo(2);
                assertThat(jedis.dbSize()).isEqualTo(1);
                assertThat(jedis.flushAll()).isEqualTo("OK");
            }
        }
    }

    private long storedUnits() {
        long units = 0;
        for (int number = 0; number < KEYS; number++) {
            long length = fixture.store.length(key(number));
            units += length < 0 ? 0 : (length + 4095) / 4096;
        }
        return units * 4096;
    }

    private Jedis connect(RedisProtocol protocol) {
        return new Jedis(
                new HostAndPort("127.0.0.1", fixture.server.port()),
                DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .socketTimeoutMillis(20_000)
                        .build());
    }

    private static byte[] key(int number) {
        return ("key-" + number).getBytes(StandardCharsets.UTF_8);
    }

    /** Tells of its key and its length at every place. */
    private static byte[] content(int number, int size) {
        var buffer = ByteBuffer.allocate(size);
        long word = (long) number << 56 | (long) size << 24;
        while (buffer.remaining() >= 8) {
            buffer.putLong(word++);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) number);
        }
        return buffer.array();
    }
}
