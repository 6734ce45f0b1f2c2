package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.LEASE;
import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.MP;
import static dev.kvcachepool.cachenode.store.StoreFixture.SALT_KEY;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpBlock;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.gpu.GpuSettings;
import dev.kvcachepool.cachenode.gpu.StandIn;
import dev.kvcachepool.cachenode.gpu.StandIn.Dial;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store of 16 MiB of memory before a GPU's 64 MiB. */
@Tag("gpu")
class GpuStoreTest {
    private final AtomicLong nanos = new AtomicLong(1_000_000);
    private final Gpu gpu = new Gpu(new GpuSettings(64L * MIB, 0, Duration.ofSeconds(2)));
    private final PagedArena arena = new PagedArena(16L * MIB, gpu.pinned(Backing.anonymous()));
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final BlockStore store = new BlockStore(
            arena,
            new Steering(List.of(MP), SALT_KEY),
            new StoreSettings(LEASE, 64L * MIB, nanos::get, () -> Instant.EPOCH.plusNanos(nanos.get())),
            null,
            null,
            gpu);
    private final StoreGpu side = store.gpu();

    @BeforeEach
    void start() {
        StandIn.reset();
        side.retryBy(new Retries(Duration.ofMillis(50), Duration.ofMillis(400)));
        assertThat(side.start(lines::add)).isTrue();
    }

    @AfterEach
    void end() {
        StandIn.reset();
        side.close();
        arena.close();
    }

    @Test
    void whatMemoryEvictsIsReadFromTheGpuAndLeavesIt() {
        // Given more than memory holds, each stored when the one before has found its place
        var contents = fill(24);
        assertThat(side.usedBytes()).isGreaterThanOrEqualTo(16L * MIB);
        // When all of it is read, in its order
        for (int i = 0; i < contents.size(); i++) {
            var read = get("k" + i);
            quiet();
            // Then nothing is missing or other than it was
            assertThat(Arrays.equals(read, contents.get(i))).as("k" + i).isTrue();
        }
        assertThat(side.counters().hits()).isPositive();
        assertThat(side.usedBytes() + store.usedBytes()).isEqualTo(48L * MIB);
    }

    @Test
    void theGpuEvictsWhatWasUsedLongestAgo() {
        // Given more than both hold
        var contents = fill(48);
        // Then the first are gone, the last are there
        assertThat(store.keys()).isLessThanOrEqualTo(40);
        assertThat(get("k0")).isNull();
        assertThat(Arrays.equals(get("k47"), contents.get(47))).isTrue();
        assertThat(Arrays.equals(get("k20"), contents.get(20))).isTrue();
        assertThat(side.counters().evicted()).isPositive();
    }

    @Test
    void aNewValueIsNeverMistakenForTheOneOnTheGpu() {
        // Given a value on the GPU
        fill(16);
        assertThat(isOnGpu("k0")).isTrue();
        // When the key gets another
        var other = random(99);
        put("k0", other);
        quiet();
        // Then that is read, and again when it has gone to the GPU itself
        assertThat(Arrays.equals(get("k0"), other)).isTrue();
        for (int i = 0; i < 10; i++) {
            put("n" + i, random(i));
            quiet();
        }
        assertThat(isOnGpu("k0")).isTrue();
        assertThat(Arrays.equals(get("k0"), other)).isTrue();
        store.delete(bytes("k0"));
        assertThat(get("k0")).isNull();
    }

    @Test
    void whatIsAskedForOnItsWayIsMemorysAgain() {
        // Given a GPU that never gets done, and a value on its way there
        StandIn.fault(Dial.NOT_READY, -1);
        var contents = new ArrayList<byte[]>();
        for (int i = 0; i < 9; i++) {
            contents.add(random(i));
            put("k" + i, contents.get(i));
        }
        // When it is read
        var read = get("k0");
        // Then it is there at once
        assertThat(read).isEqualTo(contents.get(0));
        assertThat(side.counters().returned()).isEqualTo(1);
    }

    @Test
    void whatIsSaidToBeThereOnItsWayIsMemorysAgain() {
        // Given
        aValueOnItsWay();
        // When, Then it is leased where it doesn't depend on the device
        assertThat(store.exists(bytes("k0"))).isTrue();
        assertThat(side.counters().returned()).isEqualTo(1);
    }

    @Test
    void whatIsPinnedOnItsWayIsMemorysAgain() {
        // Given
        aValueOnItsWay();
        // When, Then
        assertThat(store.pin(bytes("k0"), Duration.ofMinutes(1).toMillis())).isEqualTo(PinResult.PINNED);
        assertThat(side.counters().returned()).isEqualTo(1);
    }

    @Test
    void whatIsOnItsWayStaysWhenTheRestOfItsChunkGoes() {
        // Given a GPU that never gets done, and one of a chunk's values on its way there
        StandIn.fault(Dial.NOT_READY, -1);
        var content = random(7);
        put(mpKey("mp", 2, 0, 2, 0, 0, 7), content);
        for (int i = 0; i < 8; i++) {
            put("k" + i, random(i));
        }
        // When another value of the chunk comes, and is evicted while no more may wait
        put(mpKey("mp", 2, 1, 2, 1, 0, 7), random(8));
        for (int i = 8; i < 16; i++) {
            put("k" + i, random(i));
        }
        // Then the first is still there
        assertThat(get(mpKey("mp", 2, 1, 2, 1, 0, 7))).isNull();
        assertThat(get(mpKey("mp", 2, 0, 2, 0, 0, 7))).isEqualTo(content);
    }

    /** To a GPU that never gets done. */
    private void aValueOnItsWay() {
        StandIn.fault(Dial.NOT_READY, -1);
        for (int i = 0; i < 9; i++) {
            put("k" + i, random(i));
        }
        assertThat(side.counters().returned()).isZero();
    }

    @Test
    void theDeviceLostIsForgottenAndComesBack() {
        // Given values on the GPU and in memory
        var contents = fill(16);
        // When the device fails as one is read
        StandIn.fault(Dial.FAIL_CODE, 719);
        assertThat(get("k0")).isNull();
        // Then what was on it is gone, what is in memory is there, and that is said
        assertThat(store.keys()).isLessThanOrEqualTo(8);
        assertThat(Arrays.equals(get("k15"), contents.get(15))).isTrue();
        assertThat(get("k1")).isNull();
        assertThat(side.capacityBytes()).isZero();
        assertThat(side.trouble()).contains("719");
        assertThat(lines).last().asString().contains("lost").contains("719");
        // When it works again
        StandIn.reset();
        // Then it is taken into use by itself, empty
        await().until(() -> side.capacityBytes() == 64L * MIB);
        assertThat(side.usedBytes()).isZero();
        contents = fill(16);
        assertThat(Arrays.equals(get("k0"), contents.get(0))).isTrue();
        assertThat(side.counters().losses()).isEqualTo(1);
    }

    @Test
    void aValueThatComesBackChangedIsAMiss() {
        // Given a value on the GPU, whose bytes come back other than they went
        var contents = fill(16);
        StandIn.fault(Dial.CORRUPT, 1);
        // When it is read, then it is a miss, and stays one
        assertThat(get("k0")).isNull();
        assertThat(get("k0")).isNull();
        assertThat(side.counters().corrupt()).isEqualTo(1);
        assertThat(Arrays.equals(get("k1"), contents.get(1))).isTrue();
    }

    @Test
    void itsRowNamesTheGpu() {
        // Given a chunk, advertised as being in memory
        var key = mpKey("mp", 1, 0, 1, 0, 0, 7);
        put(key, random(7));
        var block = mpBlock(MP, 7, "");
        assertThat(store.current(block).tiers()).isEqualTo(Tier.HOST.mask());
        // When memory evicts it
        fill(10);
        // Then it is advertised as being on the GPU
        assertThat(store.current(block).tiers()).isEqualTo(Tier.GPU.mask());
        get(key);
        assertThat(store.current(block).tiers()).isEqualTo(Tier.HOST.mask());
    }

    @Test
    void whatAClientReadsOnTheGpuStaysThere() {
        // Given a value in memory, that a client reads on the GPU
        var content = random(1);
        put("leased", content);
        var leased = store.getOnGpu(bytes("leased"));
        assertThat(leased.shared()).isNotNull().hasSize(1);
        assertThat(isOnGpu("leased")).isTrue();
        // When everything else comes and goes
        fill(64);
        // Then it is still there, and not copied again
        var again = store.getOnGpu(bytes("leased"));
        assertThat(again).isSameAs(leased);
        again.release();
        leased.release();
        assertThat(Arrays.equals(get("leased"), content)).isTrue();
    }

    @Test
    void aLeaseKeepsWhatIsOnTheGpu() {
        // Given a value on the GPU, whose key was said to be there
        var contents = fill(16);
        assertThat(isOnGpu("k0")).isTrue();
        assertThat(store.exists(bytes("k0"))).isTrue();
        // When more comes than both hold
        for (int i = 0; i < 48; i++) {
            put("n" + i, random(i));
            quiet();
        }
        // Then it has outlived others
        assertThat(get("k1")).isNull();
        assertThat(Arrays.equals(get("k0"), contents.get(0))).isTrue();
    }

    @Test
    void whatClientsReadOnTheGpuOutlivesWhatNobodyReads() {
        // Given values on the GPU
        fill(20);
        long hits = store.hits();
        // When more comes than both hold, and a client reads one of them now and then
        for (int i = 0; i < 40; i++) {
            put("n" + i, random(i));
            quiet();
            var read = store.getOnGpu(bytes("k1"));
            assertThat(read).as("read " + i).isNotNull();
            read.release();
        }
        // Then that has outlived others, and each was a hit
        assertThat(get("k0")).isNull();
        assertThat(store.hits() - hits).isEqualTo(40);
    }

    @Test
    void manyAtOnceReadWhatTheyWrote() throws InterruptedException {
        // Given threads that overwrite and read few keys of their own while a device takes its time
        StandIn.set(Dial.NOT_READY, 3);
        long seed = System.nanoTime();
        var wrong = new CopyOnWriteArrayList<String>();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 4; t++) {
            int number = t;
            threads.add(Thread.ofPlatform().start(() -> mix(number, new Random(seed + number), wrong)));
        }
        for (var thread : threads) {
            thread.join();
        }
        // Then none has ever read another value than its key's last
        assertThat(wrong).as("seed " + seed).isEmpty();
        assertThat(side.counters().moved()).isPositive();
        assertThat(side.counters().hits()).isPositive();
    }

    private void mix(int thread, Random random, List<String> wrong) {
        var last = new byte[8][];
        for (int i = 0; i < 200; i++) {
            int key = random.nextInt(last.length);
            var name = "t" + thread + "-" + key;
            if (random.nextInt(3) == 0) {
                last[key] = random(random.nextInt());
                put(name, last[key]);
            } else {
                var read = get(name);
                if (read != null && !Arrays.equals(read, last[key])) {
                    wrong.add(name);
                }
            }
        }
    }

    private List<byte[]> fill(int count) {
        var contents = new ArrayList<byte[]>();
        for (int i = 0; i < count; i++) {
            contents.add(random(i));
            put("k" + i, contents.get(i));
            quiet();
        }
        return contents;
    }

    /** Waits until nothing is on its way. */
    private void quiet() {
        await().pollInterval(Duration.ofMillis(1)).until(() -> side.waitingBytes() == 0);
    }

    private boolean isOnGpu(String key) {
        var value = side.side().bring(bytes(key), null);
        if (value != null) {
            value.release();
        }
        return value != null;
    }

    private static byte[] random(long seed) {
        var content = new byte[2 * MIB];
        new Random(seed).nextBytes(content);
        return content;
    }

    private void put(String key, byte[] content) {
        try (var builder = store.receive(bytes(key), content.length)) {
            StoreFixture.fill(builder, content);
            store.put(bytes(key), builder, PutOptions.PLAIN);
        }
    }

    private byte @Nullable [] get(String key) {
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
}
