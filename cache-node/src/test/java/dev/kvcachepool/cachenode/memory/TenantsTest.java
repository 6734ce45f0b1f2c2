package dev.kvcachepool.cachenode.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TenantsTest {
    private static final int PAGE = PagedArena.PAGE_BYTES;

    @Test
    void tenantsNeverShareAPiece() {
        // Given
        try (var arena = new PagedArena(32L * PAGE)) {
            var one = arena.tenant("one");
            var other = arena.tenant("other");
            // When
            var slices = new HashMap<Integer, Set<String>>();
            for (int i = 0; i < 40; i++) {
                var tenant = i % 2 == 0 ? one : other;
                var extent = arena.allocate(tenant, 100_000, 1);
                slices.computeIfAbsent(arena.slice(extent), _ -> new HashSet<>())
                        .add(tenant.name());
            }
            // Then
            assertThat(slices.values())
                    .allSatisfy(tenants -> assertThat(tenants).hasSize(1));
        }
    }

    @Test
    void oneTenantCanHaveAllOfTheArena() {
        // Given
        try (var arena = new PagedArena(32L * PAGE)) {
            var tenant = arena.tenant("greedy");
            // When
            var taken = takeAll(arena, tenant);
            // Then
            assertThat(taken).hasSize(32);
            assertThat(arena.usedBytes()).isEqualTo(arena.capacityBytes());
        }
    }

    @Test
    void whatOneTenantHasEmptiedAnotherGets() {
        // Given
        try (var arena = new PagedArena(32L * PAGE)) {
            takeAll(arena, arena.tenant("first")).forEach(arena::free);
            // When
            var taken = takeAll(arena, arena.tenant("second"));
            // Then
            assertThat(taken).hasSize(32);
        }
    }

    @Test
    void whatOneTenantWroteAnotherCannotReadInItsFiles() {
        // Given
        try (var arena = new PagedArena(32L * PAGE, Backing.files())) {
            for (var extent : takeAll(arena, arena.tenant("first"))) {
                arena.view(extent, 8).putLong(0, 42);
                arena.free(extent);
            }
            // When
            var taken = takeAll(arena, arena.tenant("second"));
            // Then
            assertThat(taken)
                    .hasSize(32)
                    .allSatisfy(extent ->
                            assertThat(arena.view(extent, 8).getLong(0)).isZero());
        }
    }

    @Test
    void aRetiredPieceIsGivenToNobodyUntilItIsEmpty() {
        // Given
        try (var arena = new PagedArena(32L * PAGE)) {
            var first = arena.tenant("first");
            var second = arena.tenant("second");
            var taken = new ArrayList<>(takeAll(arena, first));
            assertThat(arena.allocate(second, PAGE, 1)).isNull();
            // When
            int slice = arena.retireFor(second);
            // Then
            assertThat(arena.allocate(first, PAGE, 1)).isNull();
            assertThat(arena.allocate(second, PAGE, 1)).isNull();
            taken.stream().filter(extent -> arena.slice(extent) == slice).forEach(arena::free);
            var given = arena.allocate(second, PAGE, 1);
            assertThat(given).isNotNull();
            assertThat(arena.slice(given)).isEqualTo(slice);
        }
    }

    @Test
    void whoSawAPieceBeforeDoesNotKeepItsSliceFromOthers() {
        // Given a slice given up by one tenant, and shown to a client of its until after another has it
        try (var arena = new PagedArena(32L * PAGE, Backing.files())) {
            var first = arena.tenant("first");
            var second = arena.tenant("second");
            var taken = new ArrayList<>(takeAll(arena, first));
            int slice = arena.retireFor(second);
            var there = taken.stream()
                    .filter(extent -> arena.slice(extent) == slice)
                    .toList();
            var file = requireNonNull(arena.shared(there)).getFirst().file();
            arena.view(file);
            there.forEach(arena::free);
            var given = arena.allocate(second, PAGE, 1);
            assertThat(given).isNotNull();
            arena.unview(file);
            // When that one has no value in it any more
            arena.free(given);
            // Then the first may have it again
            var again = arena.allocate(first, PAGE, 1);
            assertThat(again).isNotNull();
            assertThat(arena.slice(again)).isEqualTo(slice);
        }
    }

    @Test
    void tenantsBeyondThoseThatCanBeToldApartShareTheRest() {
        // Given an arena of 32 pieces
        try (var arena = new PagedArena(32L * PAGE)) {
            // When
            var tenants = new ArrayList<Tenant>();
            for (int i = 0; i < 10; i++) {
                var tenant = arena.tenant("t" + i);
                tenants.add(tenant);
                assertThat(arena.allocate(tenant, 1, 1)).isNotNull();
            }
            // Then
            assertThat(tenants.stream().filter(Tenant::isAlone)).hasSize(4);
            assertThat(new HashSet<>(tenants)).hasSize(5);
        }
    }

    @Test
    void aTenantWithoutMemoryMakesPlaceForAnother() {
        // Given
        try (var arena = new PagedArena(32L * PAGE)) {
            for (int i = 0; i < 4; i++) {
                arena.tenant("gone" + i);
            }
            // When
            var tenant = arena.tenant("new");
            // Then
            assertThat(tenant.isAlone()).isTrue();
        }
    }

    @Test
    void randomUseByTenantsKeepsThemApart() {
        long seed = System.nanoTime();
        System.out.println("TenantsTest seed " + seed);
        var random = new Random(seed);
        try (var arena = new PagedArena(64L * PAGE)) {
            // Given
            var held = new HashMap<Tenant, List<Extent>>();
            long used = 0;
            for (int step = 0; step < 20_000; step++) {
                var tenant = arena.tenant("t" + random.nextInt(12));
                var mine = held.computeIfAbsent(tenant, _ -> new ArrayList<>());
                // When
                if (random.nextInt(100) < 55) {
                    var extent = arena.allocate(tenant, 1 + random.nextInt(PAGE), 1);
                    if (extent == null) {
                        used -= empty(arena, held, arena.retireFor(tenant));
                    } else {
                        mine.add(extent);
                        used += extent.bytes();
                    }
                } else if (!mine.isEmpty()) {
                    var extent = mine.remove(random.nextInt(mine.size()));
                    arena.free(extent);
                    used -= extent.bytes();
                }
                // Then
                assertThat(arena.usedBytes()).isEqualTo(used);
            }
            assertApart(arena, held);
        }
    }

    private static long empty(PagedArena arena, Map<Tenant, List<Extent>> held, int slice) {
        long freed = 0;
        for (var extents : held.values()) {
            for (var extent : List.copyOf(extents)) {
                if (arena.slice(extent) == slice) {
                    extents.remove(extent);
                    arena.free(extent);
                    freed += extent.bytes();
                }
            }
        }
        return freed;
    }

    private static void assertApart(PagedArena arena, Map<Tenant, List<Extent>> held) {
        var owners = new HashMap<Integer, Tenant>();
        held.forEach((tenant, extents) -> extents.forEach(extent -> {
            var before = owners.put(arena.slice(extent), tenant);
            assertThat(before == null || before == tenant).isTrue();
        }));
    }

    /** Whole pages, as many as the arena has for a tenant. */
    static List<Extent> takeAll(PagedArena arena, Tenant tenant) {
        var taken = new ArrayList<Extent>();
        for (var extent = arena.allocate(tenant, PAGE, 1); extent != null; extent = arena.allocate(tenant, PAGE, 1)) {
            taken.add(extent);
        }
        return taken;
    }
}
