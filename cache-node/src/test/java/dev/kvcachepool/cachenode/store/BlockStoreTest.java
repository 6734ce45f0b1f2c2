package dev.kvcachepool.cachenode.store;

import static dev.kvcachepool.cachenode.store.StoreFixture.MIB;
import static dev.kvcachepool.cachenode.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.store.PutOptions.Condition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockStoreTest {
    private final StoreFixture fixture = new StoreFixture(32);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void givesBackWhatWasStored() {
        // Given
        var content = new byte[5 * MIB + 321];
        new Random(1).nextBytes(content);
        // When
        fixture.put("k", content, PutOptions.PLAIN);
        // Then
        assertThat(fixture.get("k")).isEqualTo(content);
        assertThat(fixture.get("other")).isNull();
        assertThat(fixture.store.counters().hits()).isEqualTo(1);
        assertThat(fixture.store.counters().misses()).isEqualTo(1);
    }

    @Test
    void aReaderSeesTheOldValueWholeWhileItIsOverwritten() {
        // Given
        fixture.put("k", bytes("old value"), PutOptions.PLAIN);
        var reading = fixture.store.get(bytes("k"));
        // When
        fixture.put("k", bytes("new"), PutOptions.PLAIN);
        // Then
        assertThat(StoreFixture.read(reading)).isEqualTo(bytes("old value"));
        assertThat(fixture.get("k")).isEqualTo(bytes("new"));
        reading.release();
        assertThat(fixture.arena.usedBytes()).isEqualTo(4096);
    }

    @Test
    void conditionsDecideWhetherAValueIsStored() {
        var ifAbsent = new PutOptions(Condition.IF_ABSENT, PutOptions.FOREVER);
        var ifPresent = new PutOptions(Condition.IF_PRESENT, PutOptions.FOREVER);
        assertThat(fixture.put("k", bytes("1"), ifPresent)).isEqualTo(PutResult.NOT_MET);
        assertThat(fixture.put("k", bytes("2"), ifAbsent)).isEqualTo(PutResult.STORED);
        assertThat(fixture.put("k", bytes("3"), ifAbsent)).isEqualTo(PutResult.NOT_MET);
        assertThat(fixture.put("k", bytes("4"), ifPresent)).isEqualTo(PutResult.STORED);
        assertThat(fixture.get("k")).isEqualTo(bytes("4"));
        assertThat(fixture.arena.usedBytes()).isEqualTo(4096);
    }

    @Test
    void keysExpire() {
        // Given
        fixture.put("k", bytes("v"), new PutOptions(Condition.ALWAYS, fixture.store.nowMillis() + 1000));
        fixture.pass(Duration.ofMillis(999));
        assertThat(fixture.get("k")).isNotNull();
        // When
        fixture.pass(Duration.ofMillis(1));
        fixture.store.tidy();
        // Then
        assertThat(fixture.store.keys()).isZero();
        assertThat(fixture.arena.usedBytes()).isZero();
        assertThat(fixture.store.counters().expired()).isEqualTo(1);
    }

    @Test
    void overwritingEndsAnExpiryUnlessItIsToBeKept() {
        // Given
        long end = fixture.store.nowMillis() + 1000;
        fixture.put("kept", bytes("v"), new PutOptions(Condition.ALWAYS, end));
        fixture.put("ended", bytes("v"), new PutOptions(Condition.ALWAYS, end));
        // When
        fixture.put("kept", bytes("w"), new PutOptions(Condition.ALWAYS, PutOptions.KEEP));
        fixture.put("ended", bytes("w"), PutOptions.PLAIN);
        // Then
        assertThat(fixture.store.expiresAtMillis(bytes("kept"))).isEqualTo(end);
        assertThat(fixture.store.expiresAtMillis(bytes("ended"))).isEqualTo(PutOptions.FOREVER);
        assertThat(fixture.store.expiresAtMillis(bytes("missing"))).isEqualTo(-1);
    }

    @Test
    void scanMeetsEveryKeyThatStaysOnce() {
        // Given
        for (int i = 0; i < 100; i++) {
            fixture.put("k" + i, 1);
        }
        // When others come and go meanwhile
        Set<String> met = new HashSet<>();
        long cursor = 0;
        int step = 0;
        do {
            var page = fixture.store.scan(cursor, 7);
            for (var key : page.keys()) {
                assertThat(met.add(new String(key, StandardCharsets.UTF_8))).isTrue();
            }
            cursor = page.next();
            fixture.store.delete(bytes("k" + step * 2));
            fixture.put("k" + (step * 2 + 1), 2);
            step++;
        } while (cursor != 0);
        // Then
        for (int i = 1; i < 100; i += 2) {
            assertThat(met).contains("k" + i);
        }
    }

    @Test
    void clearFreesEverything() {
        // Given
        for (int i = 0; i < 10; i++) {
            fixture.put("k" + i, MIB);
            fixture.store.exists(bytes("k" + i));
        }
        // When
        fixture.store.clear();
        // Then
        assertThat(fixture.store.keys()).isZero();
        assertThat(fixture.arena.usedBytes()).isZero();
        assertThat(fixture.store.tier().leasedBytes()).isZero();
    }
}
