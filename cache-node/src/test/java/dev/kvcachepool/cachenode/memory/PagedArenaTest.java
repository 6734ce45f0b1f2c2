package dev.kvcachepool.cachenode.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class PagedArenaTest {
    private static final int UNIT = PagedArena.UNIT_BYTES;
    private static final int PAGE = PagedArena.PAGE_BYTES;

    @Test
    void usesWholePagesOnlyAndNeverMoreThanItWasGiven() {
        // Given
        try (var arena = new PagedArena(3L * PAGE - 1)) {
            // When
            var taken = takeAll(arena, PAGE);
            // Then
            assertThat(arena.capacityBytes()).isEqualTo(2L * PAGE);
            assertThat(taken).hasSize(2);
            assertThat(arena.usedBytes()).isEqualTo(arena.capacityBytes());
        }
    }

    @Test
    void refusesLessThanAPage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PagedArena(PAGE - 1))
                .withMessageContaining("at least one page");
    }

    @Test
    void fragmentationNeverFailsWhileUnitsAreFree() {
        // Given every second unit free
        try (var arena = new PagedArena(4L * PAGE)) {
            var units = takeAll(arena, UNIT);
            for (int i = 0; i < units.size(); i += 2) {
                arena.free(units.get(i));
            }
            long free = arena.capacityBytes() - arena.usedBytes();
            // When
            var taken = takeAll(arena, PAGE);
            // Then
            assertThat(taken.stream().mapToLong(Extent::bytes).sum()).isEqualTo(free);
        }
    }

    @Test
    void smallPartsFillHolesAndLeaveWholePagesToLargeOnes() {
        // Given a page with a hole
        try (var arena = new PagedArena(2L * PAGE)) {
            var first = arena.allocate(arena.tenant(""), PAGE - 8L * UNIT, 1);
            // When
            var small = arena.allocate(arena.tenant(""), 4L * UNIT, 1);
            var large = arena.allocate(arena.tenant(""), PAGE, 1);
            // Then
            assertThat(small.page()).isEqualTo(first.page());
            assertThat(large.bytes()).isEqualTo(PAGE);
        }
    }

    @Test
    void givesNothingShorterThanTheLeastAskedFor() {
        // Given only single free units
        try (var arena = new PagedArena(PAGE)) {
            var units = takeAll(arena, UNIT);
            for (int i = 0; i < units.size(); i += 2) {
                arena.free(units.get(i));
            }
            // When
            var taken = arena.allocate(arena.tenant(""), PAGE, 2L * UNIT);
            // Then
            assertThat(taken).isNull();
        }
    }

    @Test
    void refusesToFreeTwice() {
        try (var arena = new PagedArena(PAGE)) {
            var extent = arena.allocate(arena.tenant(""), UNIT, 1);
            arena.free(extent);
            assertThatIllegalStateException().isThrownBy(() -> arena.free(extent));
        }
    }

    @Test
    void randomUseMatchesAModel() {
        long seed = System.nanoTime();
        System.out.println("PagedArenaTest seed " + seed);
        var random = new Random(seed);
        try (var arena = new PagedArena(8L * PAGE)) {
            // Given
            var model = new BitSet();
            var held = new ArrayList<Extent>();
            for (int step = 0; step < 50_000; step++) {
                // When
                if (random.nextInt(100) < 52) {
                    long wanted = 1L + random.nextInt(random.nextBoolean() ? 5 * UNIT : 2 * PAGE);
                    var extent = arena.allocate(arena.tenant(""), wanted, 1);
                    if (extent == null) {
                        assertThat(arena.usedBytes()).isEqualTo(arena.capacityBytes());
                    } else {
                        assertThat((long) extent.bytes()).isLessThan(wanted + UNIT);
                        claim(model, extent);
                        held.add(extent);
                    }
                } else if (!held.isEmpty()) {
                    var extent = held.remove(random.nextInt(held.size()));
                    model.clear(first(extent), first(extent) + extent.units());
                    arena.free(extent);
                }
                // Then
                assertThat(arena.usedBytes()).isEqualTo((long) model.cardinality() * UNIT);
            }
        }
    }

    @Test
    void threadsNeverGetTheSameBytes() throws Exception {
        long seed = System.nanoTime();
        System.out.println("PagedArenaTest threads seed " + seed);
        try (var arena = new PagedArena(16L * PAGE);
                var threads = Executors.newFixedThreadPool(4)) {
            // Given
            var work = new ArrayList<Callable<Boolean>>();
            for (int thread = 0; thread < 4; thread++) {
                int mark = thread + 1;
                work.add(() -> writeAndCheck(arena, new Random(seed + mark), (byte) mark));
            }
            // When
            var outcomes = threads.invokeAll(work);
            // Then
            for (var outcome : outcomes) {
                assertThat(outcome.get()).isTrue();
            }
            assertThat(arena.usedBytes()).isZero();
        }
    }

    private static boolean writeAndCheck(PagedArena arena, Random random, byte mark) {
        var held = new ArrayList<Extent>();
        for (int step = 0; step < 5_000; step++) {
            var extent =
                    random.nextBoolean() ? arena.allocate(arena.tenant(""), 1 + random.nextInt(64 * UNIT), 1) : null;
            if (extent != null) {
                var view = arena.view(extent, extent.bytes());
                for (int at = 0; at < extent.bytes(); at += UNIT) {
                    view.put(at, mark);
                }
                held.add(extent);
            } else if (!held.isEmpty()) {
                var old = held.remove(random.nextInt(held.size()));
                var view = arena.view(old, old.bytes());
                for (int at = 0; at < old.bytes(); at += UNIT) {
                    if (view.get(at) != mark) {
                        return false;
                    }
                }
                arena.free(old);
            }
        }
        held.forEach(arena::free);
        return true;
    }

    private static void claim(BitSet model, Extent extent) {
        int overlap = model.get(first(extent), first(extent) + extent.units()).cardinality();
        assertThat(overlap).as("overlap of %s", extent).isZero();
        model.set(first(extent), first(extent) + extent.units());
    }

    private static int first(Extent extent) {
        return extent.page() * PageMap.UNITS + extent.first();
    }

    private static List<Extent> takeAll(PagedArena arena, long wanted) {
        var taken = new ArrayList<Extent>();
        for (var extent = arena.allocate(arena.tenant(""), wanted, 1);
                extent != null;
                extent = arena.allocate(arena.tenant(""), wanted, 1)) {
            taken.add(extent);
        }
        return taken;
    }
}
