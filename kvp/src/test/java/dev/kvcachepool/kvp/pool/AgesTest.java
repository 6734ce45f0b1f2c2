package dev.kvcachepool.kvp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {
    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 0s",
        "2025-12-31T23:58:01Z, 119s",
        "2025-12-31T23:58:00Z, 2m",
        "2025-12-31T22:00:00Z, 2h",
        "2025-12-30T00:00:00Z, 2d",
        "2026-01-01T00:00:05Z, 0s",
        "never, ''"
    })
    void agesAreShort(String time, String age) {
        assertThat(Ages.since(time, Instant.parse("2026-01-01T00:00:00Z"))).isEqualTo(age);
    }
}
