package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.tier.Evictor;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Room made ahead of need, and values that end by themselves. */
class RoomTest {

    @Test
    void beyondTheHighMarkTheOldestLeaveDownToTheLowMarkAndLeasedOnesStay() {
        try (var fixture = new StoreFixture(100)) {
            // Given
            for (int i = 0; i < 96; i++) {
                fixture.put("k" + i, MIB);
            }
            assertThat(fixture.store.exists(bytes("k0"))).isTrue();
            // When
            try (var evictor = new Evictor(fixture.store.tier(), 95, 90)) {
                evictor.start();
                Awaitility.await().until(() -> fixture.store.usedBytes() <= 90L * MIB);
            }
            // Then
            assertThat(fixture.store.usedBytes()).isEqualTo(90L * MIB);
            assertThat(fixture.holds("k0")).isTrue();
            assertThat(fixture.holds("k1")).isFalse();
            assertThat(fixture.holds("k6")).isFalse();
            assertThat(fixture.holds("k7")).isTrue();
        }
    }

    @Test
    void upToTheHighMarkNothingLeaves() {
        try (var fixture = new StoreFixture(100);
                var evictor = new Evictor(fixture.store.tier(), 95, 90)) {
            // Given
            for (int i = 0; i < 95; i++) {
                fixture.put("k" + i, MIB);
            }
            // When
            evictor.start();
            // Then
            Awaitility.await().during(Duration.ofMillis(300)).until(() -> fixture.store.keys() == 95);
        }
    }

    @Test
    void valuesWithoutATimeOfTheirOwnLiveForTheStores() {
        try (var arena = new PagedArena(8 * MIB)) {
            // Given
            var settings = new StoreSettings(
                    Duration.ofSeconds(30), 64 * MIB, Duration.ofMinutes(5), System::nanoTime, () -> Instant.EPOCH);
            var store = new BlockStore(arena, new Steering(List.of(), new SaltKey("test")), settings);
            // When
            for (var key : List.of("plain", "own")) {
                try (var builder = store.receive(bytes(key), 8)) {
                    StoreFixture.fill(builder, new byte[8]);
                    long end = key.equals("own") ? 7 : PutOptions.FOREVER;
                    store.put(bytes(key), builder, new PutOptions(PutOptions.Condition.ALWAYS, end));
                }
            }
            // Then
            assertThat(store.expiresAtMillis(bytes("plain"))).isEqualTo(300_000);
            assertThat(store.expiresAtMillis(bytes("own"))).isEqualTo(7);
        }
    }
}
