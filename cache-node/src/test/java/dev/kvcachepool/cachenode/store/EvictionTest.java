package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static dev.kvcachepool.cachenode.store.StoreFixture.mpKey;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvictionTest {
    private final StoreFixture fixture = new StoreFixture(16);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theLeastRecentlyUsedGoesFirst() {
        // Given
        for (int i = 0; i < 8; i++) {
            fixture.put("k" + i, 2 * MIB);
        }
        fixture.get("k0");
        // When
        fixture.put("new", 2 * MIB);
        // Then
        assertThat(fixture.holds("k0")).isTrue();
        assertThat(fixture.holds("k1")).isFalse();
        assertThat(fixture.holds("k2")).isTrue();
        assertThat(fixture.store.tier().counters().evictedUnits()).isEqualTo(1);
    }

    @Test
    void aChunkLeavesAsAWhole() {
        // Given two ranks of a chunk, then others
        fixture.put(mpKey("mp", 2, 0, 2, 0, 0, 7), 2 * MIB);
        for (int i = 0; i < 6; i++) {
            fixture.put("k" + i, 2 * MIB);
        }
        fixture.put(mpKey("mp", 2, 1, 2, 1, 0, 7), 2 * MIB);
        for (int i = 0; i < 6; i++) {
            fixture.get("k" + i);
        }
        // When
        fixture.put("new", MIB);
        // Then
        assertThat(fixture.holds(mpKey("mp", 2, 0, 2, 0, 0, 7))).isFalse();
        assertThat(fixture.holds(mpKey("mp", 2, 1, 2, 1, 0, 7))).isFalse();
        assertThat(fixture.store.keys()).isEqualTo(7);
    }

    @Test
    void aReaderKeepsItsValueAndItsMemory() {
        // Given
        fixture.put("read", 2 * MIB);
        var reading = fixture.store.get(bytes("read"));
        // When everything else comes and goes
        for (int i = 0; i < 32; i++) {
            fixture.put("k" + i, 2 * MIB);
        }
        // Then
        assertThat(fixture.holds("read")).isTrue();
        fixture.store.delete(bytes("read"));
        assertThat(fixture.arena.usedBytes()).isEqualTo(16L * MIB);
        reading.release();
        assertThat(fixture.arena.usedBytes()).isEqualTo(14L * MIB);
    }

    @Test
    void leasedUnitsStayAndANewValueIsDroppedWhenNothingElseIsLeft() {
        // Given a tier of which a quarter is leased and the rest is being read
        for (int i = 0; i < 8; i++) {
            fixture.put("k" + i, 2 * MIB);
        }
        fixture.store.exists(bytes("k0"));
        fixture.store.exists(bytes("k1"));
        for (int i = 2; i < 8; i++) {
            fixture.store.get(bytes("k" + i));
        }
        // When
        var result = fixture.put("new", 2 * MIB);
        // Then
        assertThat(result).isEqualTo(PutResult.DROPPED);
        assertThat(fixture.store.keys()).isEqualTo(8);
        assertThat(fixture.store.counters().dropped()).isEqualTo(1);
        assertThat(fixture.store.tier().inFlightBytes()).isZero();
    }

    @Test
    void aDroppedValueTakesTheOldOneWithIt() {
        // Given
        fixture.put("k", bytes("old"), PutOptions.PLAIN);
        // When more than half of the tier is in flight
        var result = fixture.put("k", 9 * MIB);
        // Then
        assertThat(result).isEqualTo(PutResult.DROPPED);
        assertThat(fixture.get("k")).isNull();
        assertThat(fixture.arena.usedBytes()).isZero();
        assertThat(fixture.store.tier().counters().inFlightFull()).isEqualTo(1);
    }

    @Test
    void keysAloneCannotFillTheHeap() {
        try (var small = new StoreFixture(16, 100_000)) {
            // When
            for (int i = 0; i < 1000; i++) {
                small.put("key-" + i, 0);
            }
            // Then
            assertThat(small.store.tier().indexBytes()).isLessThanOrEqualTo(100_000);
            assertThat(small.holds("key-999")).isTrue();
            assertThat(small.holds("key-0")).isFalse();
        }
    }

    @Test
    void fragmentsAreUsedBeforeMoreIsEvicted() {
        // Given small values all over, every second one deleted
        for (int i = 0; i < 4096; i++) {
            fixture.put("k" + i, 4096);
        }
        for (int i = 0; i < 4096; i += 2) {
            fixture.store.delete(bytes("k" + i));
        }
        // When
        var result = fixture.put("large", 4 * MIB);
        // Then
        assertThat(result).isEqualTo(PutResult.STORED);
        assertThat(fixture.store.tier().counters().evictedBytes()).isLessThanOrEqualTo(4L * MIB);
    }

    @Test
    void aLeaseEndsWithItsTime() {
        // Given
        fixture.put("leased", 2 * MIB);
        fixture.store.exists(bytes("leased"));
        fill();
        assertThat(fixture.holds("leased")).isTrue();
        // When
        fixture.pass(Duration.ofSeconds(30));
        fixture.store.tidy();
        fill();
        // Then
        assertThat(fixture.holds("leased")).isFalse();
        assertThat(fixture.store.tier().counters().leasesExpired()).isEqualTo(1);
    }

    @Test
    void aLeaseEndsWhenEveryKeyOfTheUnitWasRead() {
        // Given
        var first = mpKey("mp", 2, 0, 2, 0, 0, 7);
        var second = mpKey("mp", 2, 1, 2, 1, 0, 7);
        fixture.put(first, MIB);
        fixture.put(second, MIB);
        fixture.store.exists(bytes(first));
        assertThat(fixture.store.tier().leasedBytes()).isEqualTo(2L * MIB);
        // When
        fixture.get(first);
        fixture.get(first);
        // Then
        assertThat(fixture.store.tier().leasedBytes()).isEqualTo(2L * MIB);
        // When
        fixture.get(second);
        // Then
        assertThat(fixture.store.tier().leasedBytes()).isZero();
    }

    @Test
    void aLeaseEndsWhenTheKeysNotYetReadAreDeleted() {
        // Given
        var first = mpKey("mp", 2, 0, 2, 0, 0, 7);
        var second = mpKey("mp", 2, 1, 2, 1, 0, 7);
        fixture.put(first, MIB);
        fixture.put(second, MIB);
        fixture.store.exists(bytes(first));
        fixture.get(first);
        // When
        fixture.store.delete(bytes(second));
        // Then
        assertThat(fixture.store.tier().leasedBytes()).isZero();
    }

    @Test
    void leasesHoldAQuarterAndTheOldestEndsFirst() {
        // Given
        for (int i = 0; i < 4; i++) {
            fixture.put("k" + i, 2 * MIB);
            // When
            fixture.store.exists(bytes("k" + i));
        }
        // Then
        assertThat(fixture.store.tier().leasedBytes()).isEqualTo(4L * MIB);
        assertThat(fixture.store.tier().counters().leasesCut()).isEqualTo(2);
        fill();
        assertThat(fixture.holds("k1")).isFalse();
        assertThat(fixture.holds("k2")).isTrue();
        assertThat(fixture.holds("k3")).isTrue();
    }

    @Test
    void aUnitTooLargeForTheLeasesIsNotLeased() {
        // Given
        fixture.put("large", 6 * MIB);
        // When
        boolean there = fixture.store.exists(bytes("large"));
        // Then
        assertThat(there).isTrue();
        assertThat(fixture.store.tier().leasedBytes()).isZero();
    }

    @Test
    void accountsStayRightWhenALeasedUnitGrowsShrinksAndGoes() {
        // Given
        var first = mpKey("mp", 2, 0, 2, 0, 0, 7);
        fixture.put(first, MIB);
        fixture.store.exists(bytes(first));
        // When
        fixture.put(mpKey("mp", 2, 1, 2, 1, 0, 7), 2 * MIB);
        fixture.put(first, 4096);
        // Then
        assertThat(fixture.store.tier().leasedBytes()).isEqualTo(2L * MIB + 4096);
        fixture.store.clear();
        assertThat(fixture.store.tier().leasedBytes()).isZero();
        assertThat(fixture.store.tier().indexBytes()).isZero();
        assertThat(fixture.arena.usedBytes()).isZero();
    }

    private void fill() {
        for (int i = 0; i < 16; i++) {
            fixture.put("filler" + i, MIB);
        }
    }
}
