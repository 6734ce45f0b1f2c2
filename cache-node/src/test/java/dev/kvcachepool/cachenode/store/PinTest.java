package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.tier.EvictionKind;
import dev.kvcachepool.cachenode.tier.EvictionSettings;
import dev.kvcachepool.cachenode.tier.Evictor;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pins, leases, times to live and watermarks, with every policy. */
class PinTest {

    private static StoreFixture fixture(EvictionKind kind) {
        return new StoreFixture(16, 64 * MIB, new EvictionSettings(kind, 25));
    }

    private static long inOneMinute(StoreFixture fixture) {
        return fixture.store.nowMillis() + 60_000;
    }

    private static void fill(StoreFixture fixture) {
        for (int i = 0; i < 40; i++) {
            fixture.put("filler" + fixture.store.counters().stored(), MIB);
        }
    }

    @ParameterizedTest
    @EnumSource(EvictionKind.class)
    void whatIsPinnedStaysUntilThePinsEnd(EvictionKind kind) {
        try (var fixture = fixture(kind)) {
            // Given two ranks of a chunk, one of them pinned
            var key = mpKey("mp", 2, 0, 2, 0, 0, 7);
            var other = mpKey("mp", 2, 1, 2, 1, 0, 7);
            fixture.put(key, MIB);
            fixture.put(other, MIB);
            assertThat(fixture.store.pin(bytes(key), inOneMinute(fixture))).isEqualTo(PinResult.PINNED);
            assertThat(fixture.store.tier().pinnedBytes()).isEqualTo(2L * MIB);
            // When
            fill(fixture);
            // Then
            assertThat(fixture.holds(key)).isTrue();
            assertThat(fixture.holds(other)).isTrue();
            // When its time is over
            fixture.pass(Duration.ofMinutes(1));
            fixture.store.tidy();
            fill(fixture);
            // Then
            assertThat(fixture.holds(key)).isFalse();
            assertThat(fixture.store.tier().pinnedBytes()).isZero();
            assertThat(fixture.store.tier().counters().pinsExpired()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(EvictionKind.class)
    void whatIsUnpinnedLeavesAsOthersDo(EvictionKind kind) {
        try (var fixture = fixture(kind)) {
            // Given
            fixture.put("pinned", MIB);
            fixture.store.pin(bytes("pinned"), inOneMinute(fixture));
            fill(fixture);
            // When
            boolean was = fixture.store.unpin(bytes("pinned"));
            // Then
            assertThat(was).isTrue();
            assertThat(fixture.store.unpin(bytes("pinned"))).isFalse();
            fill(fixture);
            assertThat(fixture.holds("pinned")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(EvictionKind.class)
    void pinsHoldAQuarterAndTheNextOneIsRefused(EvictionKind kind) {
        try (var fixture = fixture(kind)) {
            // Given
            for (int i = 0; i < 5; i++) {
                fixture.put("k" + i, MIB);
            }
            for (int i = 0; i < 4; i++) {
                fixture.store.pin(bytes("k" + i), inOneMinute(fixture));
            }
            // When
            var result = fixture.store.pin(bytes("k4"), inOneMinute(fixture));
            // Then
            assertThat(result).isEqualTo(PinResult.NO_ROOM);
            assertThat(fixture.store.pin(bytes("k0"), inOneMinute(fixture))).isEqualTo(PinResult.PINNED);
            assertThat(fixture.store.pin(bytes("none"), inOneMinute(fixture))).isEqualTo(PinResult.MISSING);
            assertThat(fixture.store.tier().counters().pinsRefused()).isEqualTo(1);
            // When one is deleted
            fixture.store.delete(bytes("k1"));
            // Then
            assertThat(fixture.store.pin(bytes("k4"), inOneMinute(fixture))).isEqualTo(PinResult.PINNED);
        }
    }

    @ParameterizedTest
    @EnumSource(EvictionKind.class)
    void aPinnedUnitThatGrowsBeyondTheShareIsPinnedNoMore(EvictionKind kind) {
        try (var fixture = fixture(kind)) {
            // Given
            fixture.put("k", MIB);
            fixture.store.pin(bytes("k"), inOneMinute(fixture));
            // When
            fixture.put("k", 5 * MIB);
            // Then
            assertThat(fixture.store.tier().pinnedBytes()).isZero();
            assertThat(fixture.store.tier().counters().pinsCut()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(EvictionKind.class)
    void aPinKeepsNobodyFromDeletingAndNothingFromExpiring(EvictionKind kind) {
        try (var fixture = fixture(kind)) {
            // Given
            fixture.put("ends", MIB);
            fixture.store.pin(bytes("ends"), inOneMinute(fixture));
            fixture.store.expireAt(bytes("ends"), fixture.store.nowMillis() + 1000);
            // When
            fixture.pass(Duration.ofSeconds(2));
            // Then
            assertThat(fixture.holds("ends")).isFalse();
            assertThat(fixture.store.tier().pinnedBytes()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(EvictionKind.class)
    void beyondTheHighMarkUnitsLeaveDownToTheLowMarkAndLeasedOnesStay(EvictionKind kind) {
        try (var fixture = new StoreFixture(100, 64 * MIB, new EvictionSettings(kind, 25))) {
            // Given
            for (int i = 0; i < 96; i++) {
                fixture.put("k" + i, MIB);
            }
            assertThat(fixture.store.exists(bytes("k0"))).isTrue();
            fixture.store.pin(bytes("k1"), inOneMinute(fixture));
            // When
            try (var evictor = new Evictor(fixture.store.tier(), 95, 90)) {
                evictor.start();
                Awaitility.await().until(() -> fixture.store.usedBytes() <= 90L * MIB);
            }
            // Then
            assertThat(fixture.store.usedBytes()).isEqualTo(90L * MIB);
            assertThat(fixture.holds("k0")).isTrue();
            assertThat(fixture.holds("k1")).isTrue();
            assertThat(fixture.holds("k2")).isFalse();
        }
    }
}
