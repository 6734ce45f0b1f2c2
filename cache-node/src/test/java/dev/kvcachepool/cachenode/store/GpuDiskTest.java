package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.DiskStoreTest.content;
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
import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.gpu.GpuSettings;
import dev.kvcachepool.cachenode.gpu.StandIn;
import dev.kvcachepool.cachenode.gpu.StandIn.Dial;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store of 16 MiB of memory before a GPU's 64 MiB and a disk that is behind. */
@Tag("gpu")
class GpuDiskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long DISK_BYTES = 256L * MIB;

    @TempDir
    Path folder;

    private final Gpu gpu = new Gpu(new GpuSettings(64L * MIB, 0, PATIENCE));
    private final PagedArena arena = new PagedArena(16L * MIB, gpu.pinned(Backing.anonymous()));
    private HeldLog log;
    private BlockStore store;
    private StoreGpu side;
    private StoreDisk disk;

    @BeforeEach
    void noFaults() {
        StandIn.reset();
    }

    /** Memory and the GPU, not yet the disk. */
    private void open() throws IOException {
        log = new HeldLog(SegmentLog.open(new LogSettings(folder, DISK_BYTES, "pool")));
        var settings = StoreSettings.of(LEASE, 64L * MIB, Duration.ZERO);
        store = new BlockStore(arena, new Steering(List.of(MP), SALT_KEY), settings, log, null, gpu);
        side = requireNonNull(store.gpu());
        disk = requireNonNull(store.disk());
        assertThat(side.start(line -> {})).isTrue();
    }

    /** With a disk that is behind. */
    private void begin() throws IOException {
        open();
        disk.start(PATIENCE, key -> true);
        log.holdWrites();
    }

    @AfterEach
    void end() {
        StandIn.reset();
        log.letGo();
        disk.close();
        side.close();
        arena.close();
    }

    @Test
    void whatTheGpuAloneHasIsWrittenBeforeTheEnd() throws IOException {
        // Given values that found no room among those that wait for the disk, and went to the GPU
        begin();
        fill(16);
        log.letGo();
        // When
        assertThat(disk.flush(PATIENCE)).isZero();
        // Then
        assertThat(recovered()).hasSize(16);
    }

    @Test
    void whatIsReadFromTheGpuIsWrittenBehind() throws IOException {
        // Given
        begin();
        fill(16);
        log.letGo();
        await().until(() -> disk.waitingBytes() == 0);
        long before = disk.recordBytes();
        // When
        var value = requireNonNull(store.get(bytes("k4")));
        value.release();
        // Then
        await().until(() -> disk.recordBytes() >= before + 2L * MIB);
    }

    @Test
    void whatIsOnItsWayToTheGpuIsWritten() throws IOException {
        // Given a GPU that never gets done, and a value on its way there
        begin();
        StandIn.fault(Dial.NOT_READY, -1);
        for (int i = 0; i < 9; i++) {
            put(i);
        }
        assertThat(side.waitingBytes()).isEqualTo(2L * MIB);
        int keys = store.keys();
        log.letGo();
        // When
        assertThat(disk.flush(PATIENCE)).isZero();
        // Then
        assertThat(recovered()).hasSize(keys);
    }

    @Test
    void whatWentToTheGpuBeforeTheDiskWasReadIsNotReplacedByAnOlderRecord() throws IOException {
        // Given a record that could not be erased when its key got another value, which is on the GPU by now
        try (var earlier = new DiskFixture(folder, 16, DISK_BYTES)) {
            earlier.putThrough("k0", content(100, 2 * MIB));
        }
        open();
        fill(16);
        // When
        disk.start(PATIENCE, key -> true);
        // Then
        assertThat(disk.counters().superseded()).isOne();
        assertThat(disk.flush(PATIENCE)).isZero();
        assertThat(recovered()).hasSize(16);
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            put(i);
            await().pollInterval(Duration.ofMillis(1)).until(() -> side.waitingBytes() == 0);
        }
        assertThat(store.keys()).isEqualTo(count);
    }

    private void put(int number) {
        var key = bytes("k" + number);
        try (var builder = store.receive(key, 2L * MIB)) {
            StoreFixture.fill(builder, content(number, 2 * MIB));
            assertThat(store.put(key, builder, PutOptions.PLAIN)).isEqualTo(PutResult.STORED);
        }
    }

    /** What another process finds on disk, all of it as it was. */
    private List<String> recovered() throws IOException {
        disk.close();
        try (var next = new DiskFixture(folder, 64, DISK_BYTES)) {
            var found = new ArrayList<String>();
            for (int i = 0; i < 16; i++) {
                var read = next.get("k" + i);
                if (read != null) {
                    assertThat(read).isEqualTo(content(i, 2 * MIB));
                    found.add("k" + i);
                }
            }
            return found;
        }
    }
}
