package dev.kvcachepool.cachenode.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValueTest {
    private static final int PAGE = PagedArena.PAGE_BYTES;

    private final PagedArena arena = new PagedArena(8L * PAGE);
    private final AtomicLong settled = new AtomicLong();
    private final ExtentSource source = new ExtentSource() {
        @Override
        public Extent take(Tenant tenant, long wanted) {
            return arena.allocate(tenant, wanted, 1);
        }

        @Override
        public void settled(long bytes) {
            settled.addAndGet(bytes);
        }
    };

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void givesBackWhatWasWritten() {
        // Given
        var content = random(2 * PAGE + 12_345);
        // When
        var value = build(content);
        // Then
        assertThat(read(value)).isEqualTo(content);
        assertThat(value.size()).isEqualTo(content.length);
        assertThat(settled).hasValue(value.allocatedBytes());
        value.release();
        assertThat(arena.usedBytes()).isZero();
    }

    @Test
    void theLastReleaseEndsWhatTheMemoryCountedAsUnlessItIsCountedElsewhere() {
        // Given
        var ended = new AtomicLong();
        var value = build(random(100));
        value.whenFreed(ended::incrementAndGet);
        // When
        value.retain().release();
        // Then
        assertThat(ended).hasValue(0);
        value.release();
        assertThat(ended).hasValue(1);
        // And
        var leased = build(random(100));
        leased.whenFreed(ended::incrementAndGet);
        leased.countElsewhere();
        assertThat(ended).hasValue(2);
        leased.release();
    }

    @Test
    void takesMemoryOnlyAsBytesArrive() {
        // Given
        try (var builder = new ValueBuilder(arena, source, arena.tenant(""), 512L << 20)) {
            // When
            var space = builder.space();
            // Then
            assertThat(space.remaining()).isEqualTo(PAGE);
            assertThat(arena.usedBytes()).isEqualTo(PAGE);
            assertThat(builder.missing()).isEqualTo(512L << 20);
        }
        assertThat(arena.usedBytes()).isZero();
    }

    @Test
    void holdsNothingOnceThereIsNoRoom() {
        // Given more than the arena has
        try (var builder = new ValueBuilder(arena, source, arena.tenant(""), 9L * PAGE)) {
            // When
            for (var space = builder.space(); space != null; space = builder.space()) {
                space.position(space.limit());
            }
            // Then
            assertThat(builder.dropped()).isTrue();
            assertThat(builder.missing()).isEqualTo(PAGE);
            assertThat(arena.usedBytes()).isZero();
            assertThatIllegalStateException().isThrownBy(builder::build);
        }
    }

    @Test
    void whatIsAbandonedIsInFlightNoMoreAndNeverFree() {
        // Given
        try (var builder = new ValueBuilder(arena, source, arena.tenant(""), 2L * PAGE)) {
            assertThat(builder.blocks()).hasSize(2);
            // When
            builder.abandon();
        }
        // Then
        assertThat(settled).hasValue(2L * PAGE);
        assertThat(arena.usedBytes()).isEqualTo(2L * PAGE);
    }

    @Test
    void emptyValueTakesNoMemory() {
        // When
        var value = build(new byte[0]);
        // Then
        assertThat(value.parts()).isZero();
        assertThat(arena.usedBytes()).isZero();
        value.release();
    }

    @Test
    void staysUntilItsLastHolderLetsGo() {
        // Given
        var value = build(random(100));
        value.retain();
        // When
        value.release();
        // Then
        assertThat(arena.usedBytes()).isPositive();
        value.release();
        assertThat(arena.usedBytes()).isZero();
        assertThatIllegalStateException().isThrownBy(value::retain);
        assertThatIllegalStateException().isThrownBy(value::release);
    }

    private Value build(byte[] content) {
        try (var builder = new ValueBuilder(arena, source, arena.tenant(""), content.length)) {
            int at = 0;
            for (var space = builder.space(); space != null; space = builder.space()) {
                int some = Math.min(space.remaining(), 100_000);
                space.put(content, at, some);
                at += some;
            }
            return builder.build();
        }
    }

    private static byte[] read(Value value) {
        var all = ByteBuffer.allocate((int) value.size());
        for (int part = 0; part < value.parts(); part++) {
            all.put(value.view(part));
        }
        return all.array();
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
