package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.EvictionSettings;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A store on a small arena with clocks that stand still until a test moves them. */
public final class StoreFixture implements AutoCloseable {
    static final int MIB = 1 << 20;
    static final Duration LEASE = Duration.ofSeconds(30);
    static final ModelSpec MP = new ModelSpec("mp", "lmcache-blake3", 256, List.of());
    static final ModelSpec HYBRID = new ModelSpec("hybrid", "lmcache-blake3", 256, List.of(0, 2));
    static final ModelSpec IN_PROCESS = new ModelSpec("local", "vllm-sha256-cbor", 256, List.of());
    static final SaltKey SALT_KEY = new SaltKey("pool secret");

    final AtomicLong nanos = new AtomicLong(1_000_000);
    final List<BlockId> changes = new ArrayList<>();
    final PagedArena arena;
    public final BlockStore store;

    public StoreFixture(int mebibytes) {
        this(mebibytes, 64 * MIB);
    }

    StoreFixture(int mebibytes, long indexLimit) {
        this(mebibytes, indexLimit, EvictionSettings.DEFAULTS);
    }

    StoreFixture(int mebibytes, long indexLimit, EvictionSettings eviction) {
        this(mebibytes, indexLimit, eviction, Tenants.NONE);
    }

    StoreFixture(int mebibytes, long indexLimit, EvictionSettings eviction, Tenants tenants) {
        this.arena = new PagedArena((long) mebibytes * MIB);
        var steering = new Steering(List.of(MP, HYBRID, IN_PROCESS), SALT_KEY);
        this.store = new BlockStore(
                arena,
                steering,
                new StoreSettings(LEASE, indexLimit, nanos::get, () -> Instant.EPOCH.plusNanos(nanos.get()))
                        .with(eviction)
                        .with(tenants));
        store.listen(changes::add);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    public PutResult put(String key, int size) {
        return put(key, new byte[size], PutOptions.PLAIN);
    }

    PutResult put(String key, byte[] content, PutOptions options) {
        try (var builder = store.receive(bytes(key), content.length)) {
            fill(builder, content);
            return store.put(bytes(key), builder, options);
        }
    }

    static void fill(ValueBuilder builder, byte[] content) {
        int at = 0;
        for (var space = builder.space(); space != null; space = builder.space()) {
            int some = space.remaining();
            space.put(content, at, some);
            at += some;
        }
    }

    byte @Nullable [] get(String key) {
        var value = store.get(bytes(key));
        if (value == null) {
            return null;
        }
        try {
            return read(value);
        } finally {
            value.release();
        }
    }

    static byte[] read(Value value) {
        var all = ByteBuffer.allocate((int) value.size());
        for (int part = 0; part < value.parts(); part++) {
            all.put(value.view(part));
        }
        return all.array();
    }

    /** Whether it is there, without a lease and without counting as use. */
    boolean holds(String key) {
        return store.length(bytes(key)) >= 0;
    }

    List<BlockId> takeChanges() {
        var taken = List.copyOf(changes);
        changes.clear();
        return taken;
    }

    static String mpKey(String model, int world, int rank, int localWorld, int localRank, int group, int chunk) {
        return "%s@%02x%02x%02x%02x@%x@%08x%056d".formatted(model, world, rank, localWorld, localRank, group, chunk, 0);
    }

    static BlockId mpBlock(ModelSpec model, int chunk, String salt) {
        return new BlockId(
                Namespace.of(model.name(), model.scheme(), SALT_KEY.tag(salt)),
                BlockHash.ofHex("%08x%056d".formatted(chunk, 0)));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        arena.close();
    }
}
