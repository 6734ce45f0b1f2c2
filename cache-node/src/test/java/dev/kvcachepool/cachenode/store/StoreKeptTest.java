package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.kept.KeptMemory;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values in memory over several processes: each is left without a word, as by a kill. */
class StoreKeptTest {
    private static final int HOST_MIB = 64;
    private static final String ENGINE_KEY = "llama@01000100@0@" + "ab".repeat(32);

    @TempDir
    private Path folder;

    private final AtomicLong wallMillis = new AtomicLong(1_000_000);
    private KeptMemory memory;
    private PagedArena arena;
    private BlockStore store;

    @BeforeEach
    void begin() throws IOException {
        memory = KeptMemory.open(folder, (long) HOST_MIB * MIB, "pool");
        arena = new PagedArena((long) HOST_MIB * MIB, memory.backing());
        store = new BlockStore(
                arena,
                new Steering(List.of(StoreFixture.MP), StoreFixture.SALT_KEY),
                new StoreSettings(
                        StoreFixture.LEASE, 64L * MIB, System::nanoTime, () -> Instant.ofEpochMilli(wallMillis.get())),
                null,
                memory.table(),
                null);
        requireNonNull(store.kept()).start(key -> true);
    }

    @AfterEach
    void die() {
        arena.close();
        memory.close();
    }

    private void dieAndComeBack() throws IOException {
        die();
        begin();
    }

    private StoreKept kept() {
        return requireNonNull(store.kept());
    }

    private PutResult put(String key, byte[] content, PutOptions options) {
        try (var builder = store.receive(bytes(key), content.length)) {
            StoreFixture.fill(builder, content);
            return store.put(bytes(key), builder, options);
        }
    }

    private void put(String key, byte[] content) {
        assertThat(put(key, content, PutOptions.PLAIN)).isEqualTo(PutResult.STORED);
    }

    private byte[] get(String key) {
        var value = store.get(bytes(key));
        if (value == null) {
            return null;
        }
        try {
            return StoreFixture.read(value);
        } finally {
            value.release();
        }
    }

    private static byte[] content(int seed, int size) {
        var content = new byte[size];
        new SplittableRandom(seed).nextBytes(content);
        return content;
    }

    @Test
    void valuesAreThereAfterARestart() throws IOException {
        // Given
        put("a", content(1, 3 * MIB + 1));
        put("empty", new byte[0]);
        put(ENGINE_KEY + "@salt", content(2, MIB));
        // When
        dieAndComeBack();
        // Then
        assertThat(get("a")).isEqualTo(content(1, 3 * MIB + 1));
        assertThat(get("empty")).isEmpty();
        assertThat(get(ENGINE_KEY + "@salt")).isEqualTo(content(2, MIB));
        assertThat(kept().recovered()).isEqualTo(3);
        assertThat(kept().wrong()).isZero();
    }

    @Test
    void whatIsWholeIsAdvertisedAgainWithTheTimeAtWhichItWasStored() throws IOException {
        // Given
        put(StoreFixture.mpKey("mp", 2, 0, 2, 0, 0, 7), content(1, 100));
        put(StoreFixture.mpKey("mp", 2, 1, 2, 1, 0, 7), content(2, 100));
        var before = whole();
        assertThat(before).hasSize(1);
        var row = store.current(before.getFirst());
        wallMillis.addAndGet(60_000);
        // When
        dieAndComeBack();
        // Then
        assertThat(whole()).isEqualTo(before);
        assertThat(store.current(before.getFirst())).isEqualTo(row);
    }

    private List<BlockId> whole() {
        var blocks = new ArrayList<BlockId>();
        store.forEachWhole(blocks::add);
        return blocks;
    }

    @Test
    void whatWasDeletedOverwrittenOrEvictedDoesNotComeBack() throws IOException {
        // Given
        put("deleted", content(1, MIB));
        put("overwritten", content(2, MIB));
        put("old", content(3, MIB));
        store.delete(bytes("deleted"));
        put("overwritten", content(4, 2 * MIB));
        for (int i = 0; i < HOST_MIB / 2; i++) {
            put("fill" + i, content(10 + i, 2 * MIB));
        }
        boolean evicted = get("old") == null;
        // When
        dieAndComeBack();
        // Then
        assertThat(evicted).isTrue();
        assertThat(get("deleted")).isNull();
        assertThat(get("old")).isNull();
        assertThat(get("overwritten")).isIn(null, content(4, 2 * MIB));
        assertThat(get("fill" + (HOST_MIB / 2 - 1))).isEqualTo(content(10 + HOST_MIB / 2 - 1, 2 * MIB));
    }

    @Test
    void timesToLiveGoOn() throws IOException {
        // Given
        put("short", content(1, 10), new PutOptions(PutOptions.Condition.ALWAYS, wallMillis.get() + 500));
        put("long", content(2, 10), new PutOptions(PutOptions.Condition.ALWAYS, wallMillis.get() + 5_000));
        put("changed", content(3, 10));
        store.expireAt(bytes("changed"), wallMillis.get() + 7_000);
        wallMillis.addAndGet(1_000);
        // When
        dieAndComeBack();
        // Then
        assertThat(get("short")).isNull();
        assertThat(store.expiresAtMillis(bytes("long"))).isEqualTo(1_005_000);
        assertThat(store.expiresAtMillis(bytes("changed"))).isEqualTo(1_007_000);
    }

    @Test
    void everythingRemovedIsGone() throws IOException {
        // Given
        put("a", content(1, MIB));
        store.clear();
        // When
        dieAndComeBack();
        // Then
        assertThat(store.keys()).isZero();
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void aValueThatWasChangedIsAMiss() throws IOException {
        // Given
        put("right", content(1, MIB));
        put("wrong", content(2, MIB));
        die();
        // When
        try (var file =
                FileChannel.open(folder.resolve("slice-0"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var map = file.map(MapMode.READ_WRITE, MIB + 17, 1);
            map.put(0, (byte) ~map.get(0));
        }
        begin();
        // Then
        assertThat(get("right")).isEqualTo(content(1, MIB));
        assertThat(get("wrong")).isNull();
        assertThat(kept().wrong()).isOne();
        assertThat(store.usedBytes()).isEqualTo(MIB);
        dieAndComeBack();
        assertThat(kept().wrong()).isZero();
    }

    @Test
    void aFileThatWasCutMakesItsValuesMisses() throws IOException {
        // Given
        put("a", content(1, MIB));
        die();
        // When
        try (var file = FileChannel.open(folder.resolve("slice-0"), StandardOpenOption.WRITE)) {
            file.truncate(1000);
        }
        begin();
        // Then
        assertThat(get("a")).isNull();
        put("a", content(2, MIB));
        dieAndComeBack();
        assertThat(get("a")).isEqualTo(content(2, MIB));
    }

    @Test
    void whatIsBeingReceivedWhenTheProcessDiesIsNotThere() throws IOException {
        // Given
        var builder = store.receive(bytes("half"), MIB);
        requireNonNull(builder.space()).put(new byte[1000]);
        // When
        dieAndComeBack();
        // Then
        assertThat(store.keys()).isZero();
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void keysThatAreNotWantedGo() throws IOException {
        // Given
        put("opaque", content(1, MIB));
        put(ENGINE_KEY, content(2, MIB));
        die();
        // When
        memory = KeptMemory.open(folder, (long) HOST_MIB * MIB, "pool");
        arena = new PagedArena((long) HOST_MIB * MIB, memory.backing());
        store = new BlockStore(
                arena,
                new Steering(List.of(StoreFixture.MP), StoreFixture.SALT_KEY),
                StoreSettings.of(StoreFixture.LEASE, 64L * MIB, Duration.ZERO),
                null,
                memory.table(),
                null);
        kept().start(BlockStore::namesItsContent);
        // Then
        assertThat(get("opaque")).isNull();
        assertThat(get(ENGINE_KEY)).isEqualTo(content(2, MIB));
        assertThat(store.usedBytes()).isEqualTo(MIB);
    }

    @Test
    void overManyLivesThereIsTheLastValueOrNone() throws IOException {
        long seed = System.nanoTime();
        System.out.println("StoreKeptTest seed " + seed);
        var random = new Random(seed);
        var versions = new int[40];
        int right = 0;
        for (int life = 0; life < 6; life++) {
            // Given
            for (int i = 0; i < 300; i++) {
                int key = random.nextInt(versions.length);
                if (random.nextInt(10) == 0) {
                    store.delete(bytes(nameOf(key)));
                    versions[key] = 0;
                } else {
                    versions[key] = 1 + random.nextInt(1000);
                    put(nameOf(key), contentOf(versions[key]));
                }
            }
            // When
            dieAndComeBack();
            // Then
            for (int key = 0; key < versions.length; key++) {
                var found = get(nameOf(key));
                if (found != null) {
                    right++;
                    assertThat(found).as(nameOf(key)).isEqualTo(contentOf(versions[key]));
                }
            }
        }
        assertThat(right).isPositive();
        assertThat(kept().wrong()).isZero();
    }

    /** A third are keys of four tenants. */
    private static String nameOf(int key) {
        return key % 3 == 0 ? ENGINE_KEY.replace("llama", "llama" + key) + "@tenant" + key % 4 : "k" + key;
    }

    private static byte[] contentOf(int version) {
        return content(version, 1 + version * 3001 % (3 * MIB));
    }
}
