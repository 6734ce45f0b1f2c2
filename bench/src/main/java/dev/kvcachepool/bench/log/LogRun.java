package dev.kvcachepool.bench.log;

import com.sun.management.OperatingSystemMXBean;
import dev.kvcachepool.cachenode.disk.LogSettings;
import dev.kvcachepool.cachenode.disk.Place;
import dev.kvcachepool.cachenode.disk.RecordHead;
import dev.kvcachepool.cachenode.disk.SegmentLog;
import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.ExtentSource;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Tenant;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One log in a folder of its own, written by so many threads, then read by so many, and removed. */
final class LogRun implements AutoCloseable {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final double GIGA = 1e9;

    private final Path folder;
    private final PagedArena arena;
    private final SegmentLog log;
    private final List<Written> written = Collections.synchronizedList(new ArrayList<>());

    private record Written(String key, Place place) {}

    LogRun(Path folder, PagedArena arena, long capacity) throws IOException {
        this.folder = folder;
        this.arena = arena;
        this.log = SegmentLog.open(new LogSettings(folder, capacity, "bench"));
    }

    Speed write(long bytes, int block, int depth) {
        var value = value(block);
        try {
            var next = new AtomicInteger();
            int count = (int) (bytes / block);
            return timed(bytes, depth, () -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    var key = "key-" + i;
                    var place = log.append(new RecordHead(bytes(key), block, RecordHead.FOREVER, 1), value);
                    if (place == null) {
                        throw new IllegalStateException("not written: " + log.trouble());
                    }
                    written.add(new Written(key, place));
                }
            });
        } finally {
            value.release();
        }
    }

    Speed read(long bytes, int block, int depth) {
        var order = new ArrayList<>(written);
        Collections.shuffle(order, new Random(1));
        var work = new ConcurrentLinkedQueue<>(order);
        return timed(bytes, depth, () -> {
            try (var builder = builder(block)) {
                var blocks = builder.blocks();
                if (blocks == null) {
                    throw new IllegalStateException("the arena is too small");
                }
                for (var next = work.poll(); next != null; next = work.poll()) {
                    for (ByteBuffer each : blocks) {
                        each.clear();
                    }
                    if (!log.read(next.place, bytes(next.key), blocks)) {
                        throw new IllegalStateException("not read");
                    }
                }
            }
        });
    }

    private static Speed timed(long bytes, int depth, Runnable run) {
        var failures = new ConcurrentLinkedQueue<Throwable>();
        double cpu = SYSTEM.getProcessCpuTime() / GIGA;
        long began = System.nanoTime();
        var threads = IntStream.range(0, depth)
                .mapToObj(i -> Thread.ofPlatform()
                        .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
                        .start(run))
                .toList();
        threads.forEach(LogRun::join);
        long nanos = System.nanoTime() - began;
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.peek());
        }
        return Speed.of(bytes, nanos, SYSTEM.getProcessCpuTime() / GIGA - cpu);
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Value value(int size) {
        try (var builder = builder(size)) {
            var random = new Random(1);
            for (var space = builder.space(); space != null; space = builder.space()) {
                var some = new byte[space.remaining()];
                random.nextBytes(some);
                space.put(some);
            }
            return builder.build();
        }
    }

    private ValueBuilder builder(long size) {
        return new ValueBuilder(
                arena,
                new ExtentSource() {
                    @Override
                    public @Nullable Extent take(Tenant tenant, long wanted) {
                        return arena.allocate(tenant, wanted, 1);
                    }

                    @Override
                    public void settled(long settled) {
                        // Nobody limits what is in flight here.
                    }
                },
                arena.tenant(""),
                size);
    }

    @Override
    public void close() {
        log.close();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
