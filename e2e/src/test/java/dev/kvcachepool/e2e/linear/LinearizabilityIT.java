package dev.kvcachepool.e2e.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.observe.Scrape;
import dev.kvcachepool.e2e.process.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;

/** Many clients at once on a few keys: every answer fits one order of all calls, and no value is a mix of two. */
class LinearizabilityIT {
    private static final int CLIENTS = 8;
    private static final int KEYS = 6;
    /** So many that each is out of memory before it is asked for again, with what is stored meanwhile. */
    private static final int KEYS_ON_DISK = 24;

    private static final int OPERATIONS = 800;

    @Test
    void inMemory() throws Exception {
        check(node -> {}, KEYS, 0, "linear");
    }

    @Test
    void whereValuesAreOnDiskToo() throws Exception {
        check(
                node -> assertThat(Scrape.value(node, "kvcachepool_store_hits_total{tier=\"disk\"}"))
                        .as("values that were read from disk")
                        .isPositive(),
                KEYS_ON_DISK,
                1 << 20,
                "linear-disk",
                "--host-size",
                "16Mi",
                "--disk-path",
                Fixture.work("linear-disk").resolve("blocks").toString(),
                "--disk-size",
                "256Mi");
    }

    /**
     * Checks a node of its own.
     *
     * @param fillerBytes of a value that is stored now and then, so that others leave memory; 0 for none
     */
    private static void check(
            ThrowingConsumer<Program> afterwards, int keys, int fillerBytes, String id, String... flags)
            throws Exception {
        long seed = System.nanoTime();
        System.out.println("LinearizabilityIT seed " + seed);
        // Given
        List<Queue<Operation>> histories = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
            histories.add(new ConcurrentLinkedQueue<>());
        }
        var versions = new AtomicInteger();
        try (var node = Fixture.cacheNode(id, flags);
                var threads = Executors.newFixedThreadPool(CLIENTS)) {
            node.await();
            List<Callable<Boolean>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                var random = new Random(seed + client);
                clients.add(() -> {
                    try (var connection = Fixture.jedis(node)) {
                        new Recorder(connection, random, versions, histories, fillerBytes).run(OPERATIONS);
                        return true;
                    }
                });
            }
            // When
            for (var client : threads.invokeAll(clients)) {
                assertThat(client.get()).isTrue();
            }
            afterwards.accept(node);
        }
        // Then
        for (int key = 0; key < keys; key++) {
            var history = List.copyOf(histories.get(key));
            assertThat(new History(history, fillerBytes > 0).isLinearizable())
                    .as("%d operations on key %d", history.size(), key)
                    .isTrue();
        }
    }
}
