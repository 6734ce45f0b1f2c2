package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tenants that take memory from each other. */
class TenantEvictionTest {
    private static final int HOST_MIB = 64;

    @Test
    void aNewTenantGetsMemoryThatAnOlderOneFilled() {
        try (var fixture = new StoreFixture(HOST_MIB)) {
            // Given
            for (int chunk = 0; chunk < HOST_MIB / 2 + 5; chunk++) {
                fixture.put(key(chunk, "old"), 2 * MIB);
            }
            // When
            fixture.put(key(0, "new"), 2 * MIB);
            // Then
            assertThat(fixture.holds(key(0, "new"))).isTrue();
            assertThat(fixture.store.tier().counters().noRoom()).isZero();
            assertThat(fixture.store.keys()).isGreaterThanOrEqualTo(HOST_MIB / 2 - 2);
        }
    }

    @Test
    void whoeverWritesLastHasTheMemory() {
        long seed = System.nanoTime();
        System.out.println("TenantEvictionTest seed " + seed);
        var random = new Random(seed);
        try (var fixture = new StoreFixture(HOST_MIB)) {
            // Given three tenants that write more than there is room for
            for (int step = 0; step < 600; step++) {
                var key = key(random.nextInt(200), "t" + random.nextInt(3));
                // When
                fixture.put(key, content(key, 1 + random.nextInt(3 * MIB)), PutOptions.PLAIN);
                // Then
                assertThat(fixture.get(key))
                        .satisfies(value -> assertThat(isOf(key, value)).isTrue());
            }
            for (int tenant = 0; tenant < 3; tenant++) {
                for (int chunk = 0; chunk < 200; chunk++) {
                    var key = key(chunk, "t" + tenant);
                    var value = fixture.get(key);
                    assertThat(value == null || isOf(key, value)).isTrue();
                }
            }
            assertThat(fixture.arena.usedBytes()).isGreaterThan(fixture.arena.capacityBytes() / 2);
            assertThat(fixture.store.tier().counters().noRoom()).isZero();
        }
    }

    private static byte[] content(String key, int size) {
        var name = key.getBytes(StandardCharsets.US_ASCII);
        var content = new byte[name.length + size];
        Arrays.fill(content, (byte) key.hashCode());
        System.arraycopy(name, 0, content, 0, name.length);
        return content;
    }

    private static boolean isOf(String key, byte[] value) {
        return Arrays.equals(value, content(key, value.length - key.length()));
    }

    private static String key(int chunk, String salt) {
        return StoreFixture.mpKey("mp", 1, 0, 1, 0, 0, chunk) + "@" + salt;
    }
}
