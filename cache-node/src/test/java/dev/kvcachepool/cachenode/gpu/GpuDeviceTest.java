package dev.kvcachepool.cachenode.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.cachenode.gpu.StandIn.Dial;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.ExtentSource;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.memory.Tenant;
import dev.kvcachepool.cachenode.memory.Value;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A device's memory and copies, through JCuda and whatever libcuda.so.1 there is. */
@Tag("gpu")
class GpuDeviceTest {
    private static final long MIB = 1 << 20;
    private static final int SIZE = (int) (5 * MIB) + 123;

    private final Gpu gpu = new Gpu(new GpuSettings(64 * MIB, 0, Duration.ofMillis(500)));
    private final PagedArena pinned = new PagedArena(64 * MIB, gpu.pinned(Backing.anonymous()));
    private final PagedArena plain = new PagedArena(64 * MIB);

    @BeforeEach
    void noFaults() {
        StandIn.reset();
    }

    @AfterEach
    void nothingStays() {
        StandIn.reset();
        pinned.close();
        plain.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsCopiedThereComesBackTheSame(boolean direct) throws GpuException {
        // Given a value in memory that the driver has pinned, or that it has not
        var arena = direct ? pinned : plain;
        try (var device = gpu.open()) {
            assertThat(device.pinnedBytes()).isEqualTo(64 * MIB);
            var value = random(arena, SIZE, 1);
            // When it is copied to the device, and back to other memory
            var onGpu = toDevice(device, value);
            var back = toHost(device, onGpu, arena);
            // Then it is the same
            assertThat(back.crc32()).isEqualTo(value.crc32());
            assertThat(onGpu.crc32()).isEqualTo(value.crc32());
            value.release();
            back.release();
            onGpu.release();
            assertThat(device.arena().usedBytes()).isZero();
        }
    }

    @Test
    void nothingIsAnsweredBeforeTheDeviceIsDone() throws GpuException {
        // Given a device that takes its time, and copies only what is waited for
        try (var device = gpu.open()) {
            StandIn.fault(Dial.NOT_READY, 500);
            long dropped = StandIn.count(Dial.DROPPED);
            var value = random(pinned, SIZE, 2);
            // When values go there and back
            var back = toHost(device, toDevice(device, value), pinned);
            // Then all of it has been copied
            assertThat(back.crc32()).isEqualTo(value.crc32());
            assertThat(StandIn.count(Dial.DROPPED)).isEqualTo(dropped);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {700, 719, 999, 46, 709})
    void anErrorOfTheDeviceLosesIt(int code) throws GpuException {
        // Given a device that fails in the second copy
        try (var device = gpu.open()) {
            var value = random(pinned, SIZE, 3);
            StandIn.fault(Dial.FAIL_CODE, code);
            StandIn.set(Dial.COPIES_LEFT, 1);
            long contexts = StandIn.count(Dial.CONTEXTS);
            // When a value of several parts is copied
            assertThatExceptionOfType(GpuException.class)
                    .isThrownBy(() -> toDevice(device, value))
                    .matches(GpuException::isLost)
                    .matches(e -> !e.isUnsettled())
                    .withMessageContaining(Integer.toString(code));
            // Then the context has ended before anybody was told, and nothing works any more
            assertThat(StandIn.count(Dial.CONTEXTS)).isEqualTo(contexts - 1);
            assertThatExceptionOfType(GpuException.class)
                    .isThrownBy(() -> toDevice(device, value))
                    .matches(GpuException::isLost);
        }
        // And it can be opened anew
        StandIn.reset();
        try (var device = gpu.open()) {
            var value = random(pinned, SIZE, 4);
            assertThat(toHost(device, toDevice(device, value), pinned).crc32()).isEqualTo(value.crc32());
        }
    }

    @Test
    void aRefusalLosesNothing() throws GpuException {
        try (var device = gpu.open()) {
            var value = random(pinned, SIZE, 5);
            // Given a device that refuses the second copy, out of memory
            StandIn.fault(Dial.FAIL_CODE, GpuException.OUT_OF_MEMORY);
            StandIn.set(Dial.COPIES_LEFT, 1);
            long dropped = StandIn.count(Dial.DROPPED);
            // When a value is copied
            assertThatExceptionOfType(GpuException.class)
                    .isThrownBy(() -> toDevice(device, value))
                    .matches(e -> !e.isLost());
            // Then what had been begun was waited for, and the device is still there
            StandIn.reset();
            assertThat(toHost(device, toDevice(device, value), pinned).crc32()).isEqualTo(value.crc32());
            assertThat(StandIn.count(Dial.DROPPED)).isEqualTo(dropped);
        }
    }

    @Test
    void aDeviceThatHangsIsGivenUp() throws GpuException {
        try (var device = gpu.open()) {
            var value = random(pinned, SIZE, 6);
            // Given a device that never gets ready
            StandIn.fault(Dial.NOT_READY, -1);
            // When a value is copied, then the time limit ends it
            assertThatExceptionOfType(GpuException.class)
                    .isThrownBy(() -> toDevice(device, value))
                    .matches(GpuException::isLost)
                    .withMessageContaining("500 ms");
        }
    }

    @Test
    void hostMemoryThatCantBePinnedIsCopiedThroughABuffer() throws GpuException {
        StandIn.fault(Dial.NO_REGISTER, 1);
        try (var device = gpu.open()) {
            assertThat(device.pinnedBytes()).isZero();
            var value = random(pinned, SIZE, 7);
            assertThat(toHost(device, toDevice(device, value), pinned).crc32()).isEqualTo(value.crc32());
        }
    }

    @Test
    void whatWasTakenIsGivenBack() throws GpuException {
        long created = StandIn.count(Dial.CREATED);
        long registered = StandIn.count(Dial.REGISTERED);
        long contexts = StandIn.count(Dial.CONTEXTS);
        // When a device is opened and closed
        gpu.open().close();
        // Then no allocation, pin or context stays
        assertThat(StandIn.count(Dial.CREATED)).isEqualTo(created);
        assertThat(StandIn.count(Dial.REGISTERED)).isEqualTo(registered);
        assertThat(StandIn.count(Dial.CONTEXTS)).isEqualTo(contexts);
    }

    @Test
    void whatWasTakenIsGivenBackWherePinningLosesTheDevice() {
        long created = StandIn.count(Dial.CREATED);
        long contexts = StandIn.count(Dial.CONTEXTS);
        // Given
        StandIn.fault(Dial.BREAK_PINS, 719);
        // When
        assertThatExceptionOfType(GpuException.class).isThrownBy(gpu::open).withMessageContaining("719");
        // Then
        assertThat(StandIn.count(Dial.CREATED)).isEqualTo(created);
        assertThat(StandIn.count(Dial.CONTEXTS)).isEqualTo(contexts);
    }

    @Test
    void aDriverThatPinsSlowlyStopsNobodyWhoMapsMemory() throws Exception {
        try (var device = gpu.open()) {
            long registered = StandIn.count(Dial.REGISTERED);
            // Given
            StandIn.fault(Dial.HOLD_PINS, 1);
            // When memory is mapped
            var mapped = soon(() -> new PagedArena(64 * MIB, gpu.pinned(Backing.anonymous())));
            // Then it can be used, and unmapped
            var value = random(mapped, SIZE, 8);
            assertThat(toHost(device, toDevice(device, value), mapped).crc32()).isEqualTo(value.crc32());
            boolean closed = soon(() -> {
                mapped.close();
                return true;
            });
            assertThat(closed).isTrue();
            // And no pin stays
            StandIn.reset();
            await().until(() -> device.pinnedBytes() == 64 * MIB && StandIn.count(Dial.REGISTERED) == registered);
        }
    }

    @Test
    void aDriverThatAllocatesSlowlyIsGivenUp() throws Exception {
        long created = StandIn.count(Dial.CREATED);
        try (var device = gpu.open()) {
            // Given memory that another tenant had
            var kept = toDevice(device, random(pinned, SIZE, 9));
            toDevice(device, random(pinned, SIZE, 9)).release();
            StandIn.fault(Dial.HOLD_MEMORY, 1);
            // When a tenant needs it, which then has to be made anew
            var arena = device.arena();
            var taken = soon(() -> {
                var tenant = arena.tenant("other");
                Extent last;
                do {
                    last = arena.allocate(tenant, PagedArena.PAGE_BYTES, 1);
                } while (last != null);
                return true;
            });
            // Then there is none in time, and the device is lost
            assertThat(taken).isTrue();
            assertThatExceptionOfType(GpuException.class)
                    .isThrownBy(device::requireUsable)
                    .matches(GpuException::isLost);
            assertThatExceptionOfType(GpuException.class)
                    .isThrownBy(() -> toHost(device, kept, pinned))
                    .matches(GpuException::isLost);
            StandIn.reset();
        }
        // And what came too late is given back
        await().until(() -> StandIn.count(Dial.CREATED) == created);
    }

    /** What must not wait for a driver that does not come back. */
    private static <T> T soon(Callable<T> action) throws Exception {
        var outcome = new FutureTask<>(action);
        Thread.ofPlatform().daemon().start(outcome);
        return outcome.get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_DEVICE, 1, cuInit",
        "NO_EXPORT, 1, file descriptors",
        "OLD_DRIVER, 1, the driver is too old",
        "MEMORY_LEFT, 1048577, too little memory: 67108864 bytes are wanted"
    })
    void whatCantBeUsedIsSaidInOneLine(Dial fault, long value, String said) {
        StandIn.fault(fault, value);
        assertThatExceptionOfType(GpuException.class)
                .isThrownBy(gpu::open)
                .withMessageContaining(said)
                .matches(e -> !e.getMessage().contains("\n"));
    }

    @Test
    void aDeviceThatIsNotThereIsSaid() {
        assertThatExceptionOfType(GpuException.class)
                .isThrownBy(new Gpu(new GpuSettings(64 * MIB, 99))::open)
                .withMessageContaining("no device 99");
    }

    private static Value random(PagedArena arena, int size, long seed) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        try (var builder = new ValueBuilder(arena, source(arena), arena.tenant(""), size)) {
            int done = 0;
            for (var space = builder.space(); space != null; space = builder.space()) {
                int next = space.remaining();
                space.put(bytes, done, next);
                done += next;
            }
            return builder.build();
        }
    }

    private static Value toDevice(GpuDevice device, Value value) throws GpuException {
        var arena = device.arena();
        try (var builder = new ValueBuilder(arena, source(arena), arena.tenant(""), value.size())) {
            var extents = builder.extents();
            assertThat(extents).isNotNull();
            device.toDevice(value, extents);
            return builder.build(value.crc32());
        }
    }

    private static Value toHost(GpuDevice device, Value onGpu, PagedArena arena) throws GpuException {
        try (var builder = new ValueBuilder(arena, source(arena), arena.tenant(""), onGpu.size())) {
            var blocks = builder.blocks();
            assertThat(blocks).isNotNull();
            device.toHost(onGpu, blocks);
            return builder.build();
        }
    }

    private static ExtentSource source(PagedArena arena) {
        return new ExtentSource() {
            @Override
            public @Nullable Extent take(Tenant tenant, long wanted) {
                return arena.allocate(tenant, wanted, 1);
            }

            @Override
            public void settled(long bytes) {}
        };
    }
}
