package dev.kvcachepool.prefixadvert.anyposition;

import static dev.kvcachepool.prefixadvert.anyposition.Found.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnyPositionEvictionTest {
    private static final int MAX_BYTES = 1 << 20;

    private final FingerprintIndex index = new FingerprintIndex(MAX_BYTES, 1 << 14, () -> 0L);

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 256, 900})
    void staysWithinItsMemoryAndKeepsTheNewest(int length) {
        // When
        for (int i = 0; i < 30_000; i++) {
            index.stored(id(i), BlockHash.NONE, text(i, length), 0);
        }

        // Then
        var stats = index.stats();
        assertThat(stats.bytes()).isBetween(MAX_BYTES / 2L, (long) MAX_BYTES);
        assertThat(stats.chunks() + stats.evicted()).isEqualTo(30_000);
        assertThat(stats.chunks() * TextLayout.bytes(length)).isGreaterThan(MAX_BYTES / 3);
        int oldestKept = 30_000 - (int) stats.chunks();
        assertThat(IntStream.range(oldestKept, 30_000).filter(i -> isFound(i, length)))
                .hasSize((int) stats.chunks());
    }

    @Test
    void whatIsUsedOutlivesWhatIsNot() {
        // Given
        int length = 64;
        for (int i = 0; i < 100; i++) {
            index.stored(id(i), BlockHash.NONE, text(i, length), 0);
        }

        // When
        for (int i = 100; i < 30_000; i++) {
            index.stored(id(i), BlockHash.NONE, text(i, length), 0);
            assertThat(isFound(i % 100, length)).as("at %d", i).isTrue();
        }

        // Then
        assertThat(index.stats().evicted()).isGreaterThan(20_000);
    }

    @Test
    void roomOfWhatIsForgottenIsUsedBeforeAnythingIsEvicted() {
        // Given: nearly full
        int length = 64;
        int count = MAX_BYTES * 3 / 4 / TextLayout.bytes(length);
        for (int i = 0; i < count; i++) {
            index.stored(id(i), BlockHash.NONE, text(i, length), 0);
        }

        // When
        Found.forgetUnheld(index, Duration.ofSeconds(-1), chunk -> chunk.hash().high() % 4 == 0);
        for (int i = count; i < count * 3 / 2; i++) {
            index.stored(id(i), BlockHash.NONE, text(i, length), 0);
        }

        // Then
        assertThat(index.stats().evicted()).isZero();
        assertThat(IntStream.range(0, count).filter(i -> i % 4 == 0)).allMatch(i -> isFound(i, length));
        assertThat(IntStream.range(count, count * 3 / 2)).allMatch(i -> isFound(i, length));
    }

    private boolean isFound(int number, int length) {
        return Found.in(index, length, text(number, length)).stream()
                .anyMatch(found -> found.hash().equals(id(number).hash()));
    }

    private static int[] text(int number, int length) {
        return IntStream.range(0, length).map(i -> number * 31 + i * i).toArray();
    }
}
