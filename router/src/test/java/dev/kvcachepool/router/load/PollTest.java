package dev.kvcachepool.router.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PollTest {
    private static final long INTERVAL = Duration.ofMillis(200).toNanos();

    private final Poll poll = new Poll(Duration.ofNanos(INTERVAL), new Random(1), 0);

    @Test
    void oneReadIsUnderWayAtMost() {
        assertThat(poll.begin(0)).isTrue();
        assertThat(poll.begin(INTERVAL * 100)).isFalse();
    }

    @Test
    void theNextComesAfterTheIntervalLessAQuarterAtMost() {
        // When
        poll.begin(0);
        poll.end(true, 0);

        // Then
        assertThat(poll.begin(INTERVAL * 3 / 4 - 1)).isFalse();
        assertThat(poll.begin(INTERVAL)).isTrue();
    }

    @Test
    void failuresMakeItWaitLongerUpToTenSeconds() {
        // When
        poll.begin(0);
        poll.end(false, 0);
        var soon = poll.begin(INTERVAL);
        for (int i = 0; i < 40; i++) {
            poll.end(false, 0);
        }

        // Then
        assertThat(soon).isFalse();
        assertThat(poll.begin(Duration.ofSeconds(7).toNanos())).isFalse();
        assertThat(poll.begin(Duration.ofSeconds(10).toNanos())).isTrue();
    }
}
