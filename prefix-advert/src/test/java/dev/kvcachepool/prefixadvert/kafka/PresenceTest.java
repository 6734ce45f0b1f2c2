package dev.kvcachepool.prefixadvert.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PresenceTest {
    // The clock's own start and its sign mean nothing.
    private long nanos = Long.MAX_VALUE - 1_000;
    private final Presence presence = new Presence(() -> nanos);

    @Test
    void lastsFromWhenTheRowWasSent() {
        // Given
        assertThat(presence.getAsBoolean()).isFalse();
        long sentAt = presence.now();
        pass(Duration.ofSeconds(10));

        // When
        presence.durable(sentAt);

        // Then
        assertThat(presence.getAsBoolean()).isTrue();
        pass(Duration.ofSeconds(5));
        assertThat(presence.getAsBoolean()).isFalse();
    }

    @Test
    void comesBackWithTheNextRow() {
        // Given
        long first = presence.now();
        presence.durable(first);
        pass(Duration.ofMinutes(5));

        // When
        presence.durable(presence.now());

        // Then also when an older one is confirmed late
        presence.durable(first);
        assertThat(presence.getAsBoolean()).isTrue();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
