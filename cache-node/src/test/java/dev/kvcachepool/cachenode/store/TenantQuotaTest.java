package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.tenant.TenantSettings;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.EvictionKind;
import dev.kvcachepool.cachenode.tier.EvictionSettings;
import dev.kvcachepool.cachenode.tier.Quotas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tenants with quotas of a node's memory. */
class TenantQuotaTest {
    private static final int HOST_MIB = 64;
    private static final int SMALL = 1;
    private static final int LARGE = 2;

    @TempDir
    Path folder;

    @BeforeEach
    void salts() throws IOException {
        Files.writeString(folder.resolve("small"), "s1\ns2\n");
        Files.writeString(folder.resolve("large"), "l1\n");
    }

    private Tenants tenants() {
        return new Tenants(List.of(
                new TenantSettings("small", folder.resolve("small"), 8L * MIB, Quotas.UNLIMITED, Quotas.UNLIMITED),
                new TenantSettings("large", folder.resolve("large"), 32L * MIB, Quotas.UNLIMITED, Quotas.UNLIMITED)));
    }

    private StoreFixture fixture(EvictionKind kind) {
        return new StoreFixture(HOST_MIB, 64 * MIB, new EvictionSettings(kind, 25), tenants());
    }

    @ParameterizedTest
    @EnumSource(EvictionKind.class)
    void atItsQuotaATenantMakesRoomAmongItsOwnValues(EvictionKind kind) {
        try (var fixture = fixture(kind)) {
            // Given others' values, which were never used again
            fill(fixture, "", 8);
            fill(fixture, "l1", 8);
            // When a tenant stores ten times what it may have, under both of its salts
            fill(fixture, "s1", 40);
            fill(fixture, "s2", 40);
            // Then
            assertThat(used(fixture, SMALL)).isBetween(6L * MIB, 8L * MIB);
            assertThat(held(fixture, "", 8)).isEqualTo(8);
            assertThat(held(fixture, "l1", 8)).isEqualTo(8);
            assertThat(held(fixture, "s1", 40) + held(fixture, "s2", 40)).isBetween(3L, 4L);
            assertThat(fixture.holds(key(39, "s2"))).isTrue();
        }
    }

    @Test
    void whereMemoryIsShortTheFullestByItsQuotaGivesWay() {
        try (var fixture = fixture(EvictionKind.LRU)) {
            // Given one at half of its quota, one at all of it, and others who have the rest
            fill(fixture, "s1", 2);
            fill(fixture, "l1", 16);
            fill(fixture, "", 10);
            // When others store more than there is room for
            fill(fixture, "t", 40);
            // Then
            assertThat(held(fixture, "s1", 2)).isEqualTo(2);
            assertThat(held(fixture, "l1", 16)).isBetween(10L, 16L);
            assertThat(fixture.holds(key(39, "t"))).isTrue();
            assertThat(fixture.store.tier().counters().noRoom()).isZero();
        }
    }

    @Test
    void aValueLargerThanTheQuotaIsDroppedAndNothingGoesForIt() {
        try (var fixture = fixture(EvictionKind.LRU)) {
            // Given
            fill(fixture, "s1", 3);
            // When
            var result = fixture.put(key(9, "s1"), 9 * MIB);
            // Then
            assertThat(result).isEqualTo(PutResult.DROPPED);
            assertThat(held(fixture, "s1", 3)).isEqualTo(3);
            assertThat(fixture.store.tier().groups().refused(SMALL)).isEqualTo(1);
            assertThat(fixture.put(key(9, "l1"), 9 * MIB)).isEqualTo(PutResult.STORED);
        }
    }

    @Test
    void whoseValuesAreAllLeasedFindsNoRoomThoughMemoryIsFree() {
        try (var fixture = fixture(EvictionKind.LRU)) {
            // Given
            fill(fixture, "s1", 4);
            for (int chunk = 0; chunk < 4; chunk++) {
                assertThat(fixture.store.exists(StoreFixture.bytes(key(chunk, "s1"))))
                        .isTrue();
            }
            // When
            var result = fixture.put(key(4, "s1"), 2 * MIB);
            // Then
            assertThat(result).isEqualTo(PutResult.DROPPED);
            assertThat(held(fixture, "s1", 4)).isEqualTo(4);
            assertThat(used(fixture, SMALL)).isEqualTo(8L * MIB);
        }
    }

    @Test
    void whatIsNeitherATenantsNorHasASaltIsOfTheOthers() {
        try (var fixture = fixture(EvictionKind.LRU)) {
            // When
            fixture.put("no key of an engine", MIB);
            fixture.put(key(1, ""), MIB);
            fixture.put(key(1, "unknown"), MIB);
            fixture.put("mp@1@0@1f@half@user%l1", MIB);
            // Then
            assertThat(used(fixture, Quotas.OTHERS)).isEqualTo(4L * MIB);
            assertThat(used(fixture, LARGE)).isZero();
        }
    }

    @Test
    void saltsFollowTheirFile() throws IOException {
        // Given
        var tenants = tenants();
        try (var fixture = new StoreFixture(HOST_MIB, 64 * MIB, EvictionSettings.DEFAULTS, tenants)) {
            fixture.put(key(1, "new"), MIB);
            // When
            Files.writeString(folder.resolve("large"), "l1\nnew\n");
            tenants.files().forEach(file -> file.look());
            fixture.put(key(2, "new"), MIB);
            // Then
            assertThat(used(fixture, Quotas.OTHERS)).isEqualTo(MIB);
            assertThat(used(fixture, LARGE)).isEqualTo(MIB);
        }
    }

    @Test
    void readsAreCountedByTenant() {
        try (var fixture = fixture(EvictionKind.LRU)) {
            // Given
            fill(fixture, "s1", 1);
            fill(fixture, "", 1);
            // When
            fixture.get(key(0, "s1"));
            fixture.get(key(7, "s1"));
            fixture.get(key(8, "s2"));
            fixture.get(key(0, ""));
            fixture.get("opaque");
            // Then
            var counters = fixture.store.counters();
            assertThat(counters.hits(SMALL)).isEqualTo(1);
            assertThat(counters.misses(SMALL)).isEqualTo(2);
            assertThat(counters.hits(Quotas.OTHERS)).isEqualTo(1);
            assertThat(counters.misses(Quotas.OTHERS)).isEqualTo(1);
            assertThat(counters.misses()).isEqualTo(3);
        }
    }

    @Test
    void manyAtATimeStayWithinTheirQuotas() {
        long seed = System.nanoTime();
        System.out.println("TenantQuotaTest seed " + seed);
        try (var fixture = fixture(EvictionKind.S3_FIFO)) {
            // When
            IntStream.range(0, 8).parallel().forEach(thread -> {
                var random = new Random(seed + thread);
                for (int step = 0; step < 300; step++) {
                    var salt = List.of("s1", "s2", "l1", "", "x").get(random.nextInt(5));
                    fixture.put(key(random.nextInt(100), salt), 1 + random.nextInt(2 * MIB));
                    // Then: at most what eight threads had complete a moment ago is beyond it
                    assertThat(used(fixture, SMALL)).isLessThanOrEqualTo((8L + 16) * MIB);
                }
            });
            fixture.put(key(0, "s1"), MIB);
            assertThat(used(fixture, SMALL)).isLessThanOrEqualTo(8L * MIB);
            assertThat(used(fixture, LARGE)).isLessThanOrEqualTo(32L * MIB);
        }
    }

    private static long used(StoreFixture fixture, int group) {
        return fixture.store.tier().groups().used(group);
    }

    private static void fill(StoreFixture fixture, String salt, int chunks) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            assertThat(fixture.put(key(chunk, salt), 2 * MIB)).isEqualTo(PutResult.STORED);
        }
    }

    private static long held(StoreFixture fixture, String salt, int chunks) {
        return IntStream.range(0, chunks)
                .filter(chunk -> fixture.holds(key(chunk, salt)))
                .count();
    }

    private static String key(int chunk, String salt) {
        return StoreFixture.mpKey("mp", 1, 0, 1, 0, 0, chunk) + (salt.isEmpty() ? "" : "@" + salt);
    }
}
