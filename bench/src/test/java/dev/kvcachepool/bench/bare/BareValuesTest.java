package dev.kvcachepool.bench.bare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bench.load.Content;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BareValuesTest {
    private static final long TOTAL = 2 * Content.PATTERN_BYTES;

    @ParameterizedTest
    @ValueSource(longs = {256 << 10, 3_000_000, 32 << 20})
    void noValueCrossesTheEndOfACopy(long size) {
        // Given
        var values = new BareValues(TOTAL, size);
        for (long number = 0; number < 1000; number++) {
            // Then
            assertThat(values.offset(number) % Content.PATTERN_BYTES).isEqualTo(values.patternOffset(number));
            assertThat(values.patternOffset(number) + size).isLessThanOrEqualTo(Content.PATTERN_BYTES);
            assertThat(values.offset(number) + size).isLessThanOrEqualTo(TOTAL);
        }
    }
}
