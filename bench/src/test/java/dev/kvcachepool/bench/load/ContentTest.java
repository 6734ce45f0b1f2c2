package dev.kvcachepool.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class ContentTest {
    private static final long SIZE = 256 << 10;
    private final Content content = new Content(7);

    @Test
    void theSameSeedKeyAndVersionGiveTheSameValue() {
        // Given
        var other = new Content(7);
        // Then
        assertThat(content.of(12, 3, SIZE).mismatch(other.of(12, 3, SIZE))).isEqualTo(-1);
    }

    @Test
    void otherKeysAndVersionsGiveOtherValues() {
        // Given
        var seen = new HashSet<Long>();
        // When
        for (long key = 0; key < 20; key++) {
            for (int version = 0; version < 20; version++) {
                seen.add(content.of(key, version, SIZE).get(java.lang.foreign.ValueLayout.JAVA_LONG, 0));
            }
        }
        // Then
        assertThat(seen).hasSize(400);
    }

    @Test
    void aValueThatThePatternCannotVaryIsRefused() {
        assertThat(content.of(1, 1, Content.MAX_VALUE_BYTES).byteSize()).isEqualTo(Content.MAX_VALUE_BYTES);
        assertThatThrownBy(() -> content.of(1, 1, Content.MAX_VALUE_BYTES + 1)).hasMessageContaining("at most");
    }
}
