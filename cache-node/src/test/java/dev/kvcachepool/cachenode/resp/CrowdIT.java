package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Thousands of connections from a second process that are idle, slow, silent or garbage, beside a few that work. */
class CrowdIT {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int WANTED = 4000;
    /** File descriptors for all else. */
    private static final int SPARE = 600;

    private static final int REFUSED = 100;
    private static final int WORKERS = 4;
    private static final long ARENA_BYTES = 256 << 20;

    private final int crowd = (int) Math.min(WANTED, descriptors() - SPARE);
    private final int limit = crowd * 9 / 10;
    private final PagedArena arena = new PagedArena(ARENA_BYTES);
    private final BlockStore store = new BlockStore(
            arena,
            new Steering(List.of(), new SaltKey("test")),
            StoreSettings.of(Duration.ofSeconds(30), 64 << 20, Duration.ZERO));
    private final RespServer server;
    private final AtomicLong mostConnections = new AtomicLong();
    private final AtomicLong mostInFlight = new AtomicLong();

    CrowdIT() throws IOException {
        var plain = RespSettings.DEFAULTS;
        var settings = new RespSettings(
                limit,
                plain.maxValueBytes(),
                plain.maxKeyBytes(),
                plain.maxArguments(),
                plain.maxInlineBytes(),
                Duration.ofSeconds(4),
                Access.open(),
                plain.advertisedHost(),
                plain.version());
        this.server = new RespServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings, store);
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
        await().atMost(LONG).until(() -> server.connections() == 0);
        arena.close();
    }

    @Test
    void aCrowdIsBoundedAndCountedAndWorkingClientsGoOn() throws Exception {
        int idle = crowd * 40 / 100;
        int slow = crowd * 20 / 100;
        int silent = crowd * 15 / 100;
        int garbage = crowd * 10 / 100;
        System.out.printf("%d connections, %d allowed, %d file descriptors%n", crowd, limit, descriptors());
        var workers = IntStream.range(0, WORKERS)
                .mapToObj(i -> new Worker(server.port(), i))
                .toList();
        var sampler = Thread.ofPlatform().daemon().start(this::sample);
        var process = fork(server.port(), idle, slow, silent, garbage);
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            // Given
            workers.forEach(Worker::start);
            // The first ones wait for the compiler.
            var _ = p99(workers, Duration.ofSeconds(2));
            var alone = p99(workers, Duration.ofSeconds(3));
            // When
            var beside = CompletableFuture.supplyAsync(() -> p99(workers, Duration.ofSeconds(6)));
            assertThat(next(lines)).isEqualTo("open");
            // Then whoever stalls or hardly moves goes
            await().atMost(LONG).until(() -> server.connections() == idle + WORKERS);
            var counters = server.counters();
            assertThat(counters.slow() + counters.stalled()).isEqualTo(slow + silent);
            assertThat(counters.slow()).isPositive();
            assertThat(counters.stalled()).isPositive();
            assertThat(counters.protocolErrors()).isEqualTo(garbage);
            assertThat(counters.rejected()).isZero();
            // When more come than are allowed
            int room = limit - idle - WORKERS;
            process.outputWriter().append(room + REFUSED + "\n").flush();
            // Then
            assertThat(next(lines)).isEqualTo(Integer.toString(room));
            assertThat(counters.rejected()).isEqualTo(REFUSED);
            System.out.printf(
                    "p99 of GET 64 KiB: alone %.2f ms, beside the crowd %.2f ms; %d slow, %d stalled, %d refused;"
                            + " at most %d connections, %d MiB in flight%n",
                    alone,
                    beside.get(),
                    counters.slow(),
                    counters.stalled(),
                    counters.rejected(),
                    mostConnections.get(),
                    mostInFlight.get() >> 20);
        } finally {
            process.destroyForcibly();
        }
        // Then
        await().atMost(LONG).until(() -> server.connections() == WORKERS);
        for (var worker : workers) {
            assertThat(worker.end()).isPositive();
        }
        sampler.interrupt();
        assertThat(mostConnections.get()).isLessThanOrEqualTo(limit);
        assertThat(mostInFlight.get()).isLessThanOrEqualTo(ARENA_BYTES / 2);
        assertThat(store.tier().inFlightBytes()).isZero();
    }

    private static double p99(List<Worker> workers, Duration time) {
        workers.forEach(Worker::forget);
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var nanos = workers.stream()
                .flatMapToLong(worker -> worker.latencies().stream().mapToLong(Long::longValue))
                .sorted()
                .toArray();
        return nanos.length == 0 ? Double.NaN : nanos[nanos.length * 99 / 100] / 1e6;
    }

    private void sample() {
        try {
            while (true) {
                mostConnections.accumulateAndGet(server.connections(), Math::max);
                mostInFlight.accumulateAndGet(store.tier().inFlightBytes(), Math::max);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Process fork(int port, int... counts) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Crowd.class.getName(),
                Integer.toString(port)));
        IntStream.of(counts).mapToObj(Integer::toString).forEach(command::add);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String next(BufferedReader lines) throws Exception {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        return String.valueOf(lines.readLine());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : 1024;
    }
}
