package dev.kvcachepool.bench.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bench.load.Content;
import org.junit.jupiter.api.Test;

class SlotsTest {

    @Test
    void theOldestKeyIsOverwrittenWithANewVersion() {
        // Given two slots
        var slots = new Slots(new Content(1), 100, 2);
        var first = slots.store(1024);
        var second = slots.store(2048);
        // When
        var third = slots.store(4096);
        // Then
        assertThat(third).isEqualTo(new Slots.Slot(100, 2, 4096));
        assertThat(slots.all()).containsExactly(third, second);
        assertThat(slots.recent(0)).isEqualTo(third);
        assertThat(slots.recent(1)).isEqualTo(second);
        assertThat(slots.value(third).asSlice(0, 1024).mismatch(slots.value(first)))
                .isNotEqualTo(-1);
    }

    @Test
    void mixedSizesAreTheSameForTheSameSeed() {
        // Given
        var sizes = SizeMix.ofChunks(3);
        var again = SizeMix.ofChunks(3);
        for (int i = 0; i < 100; i++) {
            // Then
            long size = sizes.next();
            assertThat(size).isEqualTo(again.next()).isBetween(256L << 10, 8L << 20);
        }
        assertThat(SizeMix.only(5).mean()).isEqualTo(5);
    }
}
