package dev.kvcachepool.prefixadvert.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Doubt;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DoubtsTest {
    private static final Doubt DOUBT = new Doubt(1, 2);

    private long now = 7;
    private final Doubts doubts = new Doubts(() -> now);

    @Test
    void theSameOneCountsAgainLessAndLessOften() {
        // When asked each second for eight minutes
        var counted = LongStream.range(0, Duration.ofMinutes(8).toSeconds())
                .filter(second -> {
                    now = Duration.ofSeconds(second).toNanos();
                    return doubts.isNew(DOUBT);
                })
                .boxed()
                .toList();

        // Then after one minute, two more, and four more
        assertThat(counted).isEqualTo(List.of(0L, 60L, 180L, 420L));
    }

    @Test
    void anHourIsTheLongest() {
        // Given
        while (now < Duration.ofHours(24).toNanos()) {
            doubts.isNew(DOUBT);
            now += Duration.ofMinutes(1).toNanos();
        }

        // When it has just counted
        while (!doubts.isNew(DOUBT)) {
            now += Duration.ofMinutes(1).toNanos();
        }
        now += Duration.ofMinutes(59).toNanos();
        boolean early = doubts.isNew(DOUBT);
        now += Duration.ofMinutes(1).toNanos();

        // Then
        assertThat(early).isFalse();
        assertThat(doubts.isNew(DOUBT)).isTrue();
    }

    @Test
    void othersCountForThemselves() {
        // Given
        doubts.isNew(DOUBT);

        // Then
        assertThat(doubts.isNew(new Doubt(1, 3))).isTrue();
        assertThat(doubts.isNew(new Doubt(2, 2))).isTrue();
        assertThat(doubts.isNew(DOUBT)).isFalse();
    }
}
