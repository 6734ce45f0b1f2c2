package dev.kvcachepool.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bench.load.Content;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectedTest {
    private static final int SIZE = 300_001;
    private static final MemorySegment VALUE = new Content(1).of(5, 1, SIZE);

    @Test
    void theRightBytesAreRightEitherWay() {
        var arrived = copy();
        assertThat(Expected.bytes(VALUE).wrongBytes(arrived)).isZero();
        assertThat(Expected.sum(VALUE).wrongBytes(arrived)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 150_000, SIZE - 1})
    void aSingleWrongByteMakesASummedValueWrong(int at) {
        // Given
        var arrived = copy();
        // When
        arrived.set(ValueLayout.JAVA_BYTE, at, (byte) ~arrived.get(ValueLayout.JAVA_BYTE, at));
        // Then
        assertThat(Expected.bytes(VALUE).wrongBytes(arrived)).isEqualTo(1);
        assertThat(Expected.sum(VALUE).wrongBytes(arrived)).isEqualTo(SIZE);
    }

    @Test
    void partsInAnotherOrderAreWrong() {
        // Given
        var check = Expected.sum(VALUE).check();
        // When
        check.part(VALUE.asSlice(SIZE / 2).asByteBuffer());
        check.part(VALUE.asSlice(0, SIZE / 2).asByteBuffer());
        // Then
        assertThat(check.wrongBytes()).isEqualTo(SIZE);
    }

    private static MemorySegment copy() {
        return Arena.ofAuto().allocate(SIZE).copyFrom(VALUE);
    }
}
