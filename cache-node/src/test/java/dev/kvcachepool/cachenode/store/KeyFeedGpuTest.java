package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.DiskStoreTest.content;
import static dev.kvcachepool.cachenode.store.KnownKeys.key;
import static dev.kvcachepool.cachenode.store.StoreFixture.LEASE;
import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.MP;
import static dev.kvcachepool.cachenode.store.StoreFixture.SALT_KEY;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.disk.LogSettings;
import dev.kvcachepool.cachenode.disk.SegmentLog;
import dev.kvcachepool.cachenode.disk.ValueLog;
import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.gpu.GpuSettings;
import dev.kvcachepool.cachenode.gpu.StandIn;
import dev.kvcachepool.cachenode.gpu.StandIn.Dial;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys whose values are on a GPU of 64 MiB, behind memory of 16 MiB. Values of 2 MiB. */
@Tag("gpu")
class KeyFeedGpuTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 64;

    @TempDir
    Path folder;

    private final Gpu gpu = new Gpu(new GpuSettings(64L * MIB, 0, PATIENCE));
    private final PagedArena arena = new PagedArena(16L * MIB, gpu.pinned(Backing.anonymous()));
    private BlockStore store;
    private StoreGpu side;
    private KnownKeys keys;

    @BeforeEach
    void noFaults() {
        StandIn.reset();
    }

    private void open(@Nullable ValueLog log) {
        var settings = StoreSettings.of(LEASE, 64L * MIB, Duration.ZERO);
        store = new BlockStore(arena, new Steering(List.of(MP), SALT_KEY), settings, log, null, gpu);
        side = requireNonNull(store.gpu());
        assertThat(side.start(line -> {})).isTrue();
        keys = new KnownKeys(store);
        keys.read();
    }

    @AfterEach
    void end() {
        StandIn.reset();
        var disk = store.disk();
        if (disk != null) {
            disk.close();
        }
        side.close();
        arena.close();
    }

    @Test
    void whatOnlyTheGpuHasIsHeld() {
        // Given
        open(null);
        // When
        fill(24);
        // Then
        assertThat(side.usedBytes()).isPositive();
        assertThat(keys.follow()).hasSize(24).isEqualTo(keys.truth(KEYS));
        keys.read();
        assertThat(keys.follow()).hasSize(24);
    }

    @Test
    void whatTheGpuEvictsIsSaidToHaveGone() {
        // Given
        open(null);
        // When
        fill(48);
        // Then
        assertThat(side.counters().evicted()).isPositive();
        assertThat(keys.follow()).isEqualTo(keys.truth(KEYS)).hasSizeLessThanOrEqualTo(40);
    }

    @Test
    void whatIsLostWithTheDeviceIsSaidToHaveGone() {
        // Given
        open(null);
        fill(24);
        assertThat(keys.follow()).hasSize(24);
        // When
        StandIn.fault(Dial.FAIL_CODE, 719);
        assertThat(store.get(bytes(key(0)))).isNull();
        // Then
        assertThat(side.counters().losses()).isOne();
        assertThat(keys.follow()).isEqualTo(keys.truth(KEYS)).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void whatComesBackChangedIsSaidToHaveGone() {
        // Given
        open(null);
        fill(16);
        keys.follow();
        // When
        StandIn.fault(Dial.CORRUPT, 1);
        assertThat(store.get(bytes(key(0)))).isNull();
        // Then
        assertThat(keys.follow()).hasSize(15).isEqualTo(keys.truth(KEYS));
    }

    @Test
    void whatLeavesTheGpuForTheDiskIsHeld() throws IOException {
        // Given
        open(SegmentLog.open(new LogSettings(folder, 256L * MIB, "pool")));
        var disk = requireNonNull(store.disk());
        disk.start(PATIENCE, key -> true);
        // When more is stored than memory and the GPU hold, then the device is lost
        fill(48);
        assertThat(disk.flush(PATIENCE)).isZero();
        StandIn.fault(Dial.FAIL_CODE, 719);
        // Then
        assertThat(keys.follow()).hasSize(48).isEqualTo(keys.truth(KEYS));
    }

    private void fill(int count) {
        for (int number = 0; number < count; number++) {
            var key = bytes(key(number));
            try (var builder = store.receive(key, 2L * MIB)) {
                StoreFixture.fill(builder, content(number, 2 * MIB));
                assertThat(store.put(key, builder, PutOptions.PLAIN)).isEqualTo(PutResult.STORED);
            }
            await().pollInterval(Duration.ofMillis(1)).until(() -> side.waitingBytes() == 0);
        }
    }
}
