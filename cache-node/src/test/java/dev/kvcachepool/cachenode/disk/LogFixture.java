package dev.kvcachepool.cachenode.disk;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.ExtentSource;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Tenant;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BinaryOperator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A log over files that outlive it, and values to put into it. */
final class LogFixture implements AutoCloseable {
    static final int MIB = 1 << 20;
    private static final Duration LONG = Duration.ofMinutes(1);

    final AtomicLong nanos = new AtomicLong(1);
    private final PagedArena arena = new PagedArena(64L * MIB);
    private final LogFiles files;
    private final long capacity;
    private String owner = "pool";
    SegmentLog log;

    LogFixture(LogFiles files, long capacity) {
        this.files = files;
        this.capacity = capacity;
        this.log = open();
    }

    private SegmentLog open() {
        return new SegmentLog(files, new LogSettings(Path.of("memory"), capacity, owner), nanos::get);
    }

    /** Another process comes, and reads what is there: by key, the newest record. */
    Map<String, Place> comeBack() {
        return comeBackAs(owner);
    }

    Map<String, Place> comeBackAs(String nextOwner) {
        owner = nextOwner;
        log = open();
        var found = new TreeMap<String, Place>();
        log.recover(
                LONG,
                record -> found.merge(
                        new String(record.head().key(), StandardCharsets.UTF_8),
                        record.place(),
                        BinaryOperator.maxBy(Comparator.naturalOrder())));
        return found;
    }

    @Nullable
    Place append(String key, byte[] content) {
        var value = value(content);
        try {
            return log.append(new RecordHead(bytes(key), content.length, RecordHead.FOREVER, 7), value);
        } finally {
            value.release();
        }
    }

    private Value value(byte[] content) {
        try (var builder = builder(content.length)) {
            int at = 0;
            for (var space = builder.space(); space != null; space = builder.space()) {
                int some = space.remaining();
                space.put(content, at, some);
                at += some;
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
                    public void settled(long bytes) {
                        // Nobody limits what is in flight here.
                    }
                },
                arena.tenant(""),
                size);
    }

    /** The content at a place, null when it is not the key's. */
    byte @Nullable [] read(String key, Place place) {
        try (var builder = builder(place.size())) {
            var blocks = builder.blocks();
            if (blocks == null) {
                throw new IllegalStateException("the fixture's memory is full");
            }
            if (!log.read(place, bytes(key), blocks)) {
                return null;
            }
            var value = builder.build();
            try {
                var content = ByteBuffer.allocate((int) value.size());
                for (int part = 0; part < value.parts(); part++) {
                    content.put(value.view(part));
                }
                return content.array();
            } finally {
                value.release();
            }
        }
    }

    static byte[] content(long seed, int size) {
        var content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** Enough to tell contents apart, and short enough for a failing test to print. */
    static String digest(byte @Nullable [] content) {
        if (content == null) {
            return "nothing";
        }
        var crc = new CRC32C();
        crc.update(content);
        return content.length + " bytes, CRC-32C " + crc.getValue();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        log.close();
        arena.close();
    }
}
