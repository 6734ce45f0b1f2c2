package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Eight connections of LMCache's native client where memory is scarce: one reply of another length hangs one of them. */
class NativeClientIT {
    private static final int CONNECTIONS = 8;
    private static final int CHUNKS = 40;
    private static final int CHAIN = 6;
    /** Which model: the large one seldom. */
    private static final int[] PICKS = {0, 0, 0, 1, 1, 1, 1, 2};

    private final PagedArena arena = new PagedArena(16 << 20);
    private final BlockStore store = new BlockStore(
            arena,
            new Steering(List.of(), new SaltKey("test")),
            StoreSettings.of(Duration.ofSeconds(30), 64 << 20, Duration.ZERO));
    private final RespServer server;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder sets = new LongAdder();
    private final LongAdder wrong = new LongAdder();

    /** A model and the one size that its values have. */
    private record Model(String name, int size) {
        String key(int chunk) {
            return "%s@01000100@0@%064x".formatted(name, chunk);
        }

        /** Tells of model, chunk and place throughout. */
        byte[] content(int chunk) {
            var content = ByteBuffer.allocate(size);
            long word = (long) name.hashCode() << 32 ^ (long) chunk << 20;
            while (content.remaining() >= Long.BYTES) {
                content.putLong(word++);
            }
            return content.array();
        }
    }

    /** The large one alone could fill the memory with what is on its way; the odd size is no multiple of anything. */
    private static final List<Model> MODELS =
            List.of(new Model("small", 256 << 10), new Model("odd", 99_991), new Model("large", 3 << 20));

    NativeClientIT() throws IOException {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        this.server = new RespServer(anyPort, RespSettings.DEFAULTS, store);
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> server.connections() == 0);
        arena.close();
    }

    @Test
    void neverHangsAndIsNeverOutOfStep() throws Exception {
        run(Duration.ofSeconds(10));
    }

    @Test
    @Tag("long")
    void neverHangsForAMinute() throws Exception {
        run(Duration.ofSeconds(60));
    }

    private void run(Duration time) throws Exception {
        // Given sizes that are known
        long seed = System.nanoTime();
        System.out.println("NativeClientIT seed " + seed);
        try (var first = new NativeClient(server.port())) {
            for (var model : MODELS) {
                first.set(model.key(0), model.content(0));
            }
        }
        // When
        long end = System.nanoTime() + time.toNanos();
        var running = new ArrayList<Future<Void>>();
        try (var workers =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            for (int i = 0; i < CONNECTIONS; i++) {
                var random = new Random(seed + i);
                running.add(workers.submit((Callable<Void>) () -> work(random, end)));
            }
            for (var worker : running) {
                await(worker, time);
            }
        }
        // Then
        print(time);
        assertThat(wrong.sum()).isZero();
        assertThat(server.counters().protocolErrors()).isZero();
        assertThat(server.counters().stalled()).isZero();
        assertThat(hits.sum()).isPositive();
        assertThat(server.paddedMisses()).isEqualTo(misses.sum()).isPositive();
        assertThat(store.tier().inFlightBytes()).isZero();
    }

    private void await(Future<Void> worker, Duration time) throws Exception {
        try {
            worker.get(time.toSeconds() + 120, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // A worker that hangs has no time-out of its own.
            server.close();
            throw e;
        }
    }

    private Void work(Random random, long end) throws IOException {
        try (var client = new NativeClient(server.port())) {
            while (System.nanoTime() - end < 0) {
                var model = MODELS.get(PICKS[random.nextInt(PICKS.length)]);
                int from = random.nextInt(CHUNKS);
                switch (random.nextInt(10)) {
                    case 0 -> verify(client, model, from);
                    case 1 -> client.delete(model.key(from));
                    default -> prefix(client, model, from);
                }
            }
        }
        return null;
    }

    /** What an engine does: the leading run that is there is read, the rest is computed and stored. */
    private void prefix(NativeClient client, Model model, int from) throws IOException {
        int there = 0;
        while (there < CHAIN && client.exists(model.key(from + there))) {
            there++;
        }
        for (int i = 0; i < there; i++) {
            verify(client, model, from + i);
        }
        for (int i = there; i < CHAIN; i++) {
            client.set(model.key(from + i), model.content(from + i));
            sets.increment();
        }
    }

    private void verify(NativeClient client, Model model, int chunk) throws IOException {
        var value = client.get(model.key(chunk), model.size());
        if (value == null) {
            misses.increment();
            return;
        }
        hits.increment();
        if (!Arrays.equals(value, model.content(chunk))) {
            wrong.increment();
        }
    }

    private void print(Duration time) {
        var counters = store.counters();
        System.out.printf(
                "native client, %d connections, %d s: %d hits, %d misses (%d padded), %d sets (%d stored, %d dropped),"
                        + " %d units evicted, %d wrong%n",
                CONNECTIONS,
                time.toSeconds(),
                hits.sum(),
                misses.sum(),
                server.paddedMisses(),
                sets.sum(),
                counters.stored(),
                counters.dropped(),
                store.tier().counters().evictedUnits(),
                wrong.sum());
    }
}
