package dev.kvcachepool.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bench.load.Content;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DifferenceTest {
    private static final int SIZE = 300_001;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 150_000, SIZE - 1})
    void aSingleWrongByteIsFoundWhereverItIs(int at) {
        // Given
        var expected = new Content(1).of(5, 1, SIZE);
        var arrived = Arena.ofAuto().allocate(SIZE).copyFrom(expected);
        assertThat(Difference.bytes(arrived, expected)).isZero();
        // When
        arrived.set(ValueLayout.JAVA_BYTE, at, (byte) ~arrived.get(ValueLayout.JAVA_BYTE, at));
        // Then
        assertThat(Difference.bytes(arrived, expected)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 17, SIZE})
    void allWrongBytesAreCounted(int count) {
        // Given
        var expected = new Content(1).of(5, 1, SIZE);
        var arrived = Arena.ofAuto().allocate(SIZE).copyFrom(expected);
        // When
        for (int at = 0; at < count; at++) {
            arrived.set(ValueLayout.JAVA_BYTE, at, (byte) ~arrived.get(ValueLayout.JAVA_BYTE, at));
        }
        // Then
        assertThat(Difference.bytes(arrived, expected)).isEqualTo(count);
    }
}
