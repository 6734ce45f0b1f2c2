package dev.kvcachepool.cachenode.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.kvcachepool.cachenode.memory.Extent;
import dev.kvcachepool.cachenode.memory.PagedArena;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tenant that needs memory of which another has all, while what is evicted is moved elsewhere. */
class MakingRoomTest {
    private static final int PAGE = PagedArena.PAGE_BYTES;
    private static final int SMALL = PAGE / 16;

    private final PagedArena arena = new PagedArena(16L * PAGE);
    private final HostTier tier =
            new HostTier(arena, EvictionSettings.DEFAULTS, 0, Long.MAX_VALUE, System::nanoTime, () -> {});
    /** What was evicted and is not free yet. */
    private final Queue<Extent> moving = new ArrayDeque<>();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void whatGetsFreeSoonIsWaitedForBeforeOthersLoseAnything() {
        // Given what gets free in many small steps
        tier.freeing(moved(1));
        fill();
        // When
        var extent = tier.take(arena.tenant("new"), PAGE);
        // Then nothing more was evicted than was asked for
        assertThat(extent).isNotNull();
        assertThat(tier.counters().evictedBytes()).isEqualTo(PAGE);
    }

    @Test
    void whatDoesNotGetFreeEmptiesNotEverything() {
        // Given
        tier.freeing(moved(0));
        fill();
        // When
        var extent = tier.take(arena.tenant("new"), PAGE);
        // Then
        assertThat(extent).isNull();
        assertThat(tier.counters().evictedBytes()).isLessThanOrEqualTo(4L * PAGE);
    }

    @Test
    void nothingIsInFlightOfWhatCouldNotBeTaken() {
        // Given
        var failing = new HostTier(arena, EvictionSettings.DEFAULTS, 0, Long.MAX_VALUE, System::nanoTime, () -> {
            throw new IllegalStateException("a listener's");
        });
        fill();
        // When
        assertThatIllegalStateException().isThrownBy(() -> failing.take(arena.tenant("old"), PAGE));
        // Then
        assertThat(failing.inFlightBytes()).isZero();
    }

    @Test
    void whatIsRefusedNeverCountsAsInFlight() {
        // Given all that may be in flight but half a page
        var tenant = arena.tenant("new");
        for (int i = 0; i < 7; i++) {
            assertThat(tier.take(tenant, PAGE)).isNotNull();
        }
        assertThat(tier.take(tenant, PAGE / 2)).isNotNull();
        // When one is refused again and again
        var done = new AtomicBoolean();
        var refused = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                assertThat(tier.take(tenant, PAGE)).isNull();
            }
        });
        long most =
                LongStream.generate(tier::inFlightBytes).limit(5_000_000).max().orElseThrow();
        done.set(true);
        refused.join();
        // Then nobody saw more than there may be
        assertThat(most).isEqualTo(15L * PAGE / 2);
        assertThat(tier.counters().inFlightFull()).isPositive();
    }

    /** The first page of small units, the others of one each. */
    private void fill() {
        var old = arena.tenant("old");
        for (int i = 0; i < 31; i++) {
            var extent = arena.allocate(old, i < 16 ? SMALL : PAGE, 1);
            assertThat(extent).isNotNull();
            var unit = new Unit(i, extent);
            tier.add(unit);
            tier.resize(unit, extent.bytes(), 1);
        }
        assertThat(arena.usedBytes()).isEqualTo(arena.capacityBytes());
    }

    private Freeing moved(int each) {
        return new Freeing() {
            @Override
            public long bytes() {
                return moving.stream().mapToLong(Extent::bytes).sum();
            }

            @Override
            public long await(long nanos) {
                for (int i = 0; i < each && !moving.isEmpty(); i++) {
                    arena.free(moving.remove());
                }
                return each == 0 ? 0 : nanos - 1;
            }
        };
    }

    private final class Unit extends TierUnit {
        private final Extent extent;

        Unit(long id, Extent extent) {
            super(id);
            this.extent = extent;
        }

        @Override
        protected boolean inUse() {
            return false;
        }

        @Override
        protected boolean liesIn(int slice) {
            return extent.page() == slice;
        }

        @Override
        protected long heldBytes() {
            return extent.bytes();
        }

        @Override
        protected void leaseEnded() {}

        @Override
        protected void evicted() {
            moving.add(extent);
        }
    }
}
