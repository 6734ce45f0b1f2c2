package dev.kvcachepool.cachenode.nearby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.memory.Value;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who joins a transfer gets its value, or is told to begin another. */
class FlightTest {
    private static final long LATER = System.nanoTime() + Duration.ofMinutes(10).toNanos();

    @Test
    void whoJoinsAsTheValueHasJustComeIsToBeginAnother() throws InterruptedException {
        try (var fixture = new NearbyFixture(CopyPolicy.NEVER)) {
            // Given
            var flight = new Flight(() -> false, LATER);
            var value = value(fixture);
            // When
            flight.land(value);
            // Then
            assertThat(flight.join(() -> false)).isNull();
            assertThat(flight.isMissed()).isTrue();
            value.release();
        }
    }

    @Test
    void aTransferThatBroughtNothingIsAMissForWhoJoinedIt() throws InterruptedException {
        // Given
        var flight = new Flight(() -> false, LATER);
        // When
        flight.land(null);
        // Then
        assertThat(flight.join(() -> false)).isNull();
        assertThat(flight.isMissed()).isFalse();
    }

    @Test
    void aTransferThatWasGivenUpIsNotWantedAgain() throws Exception {
        // Given
        var flight = new Flight(() -> true, LATER);
        Awaitility.await().until(() -> !flight.isWanted());
        var waits = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // When
            var joined = threads.submit(() -> flight.join(() -> {
                waits.countDown();
                return false;
            }));
            waits.await();
            boolean wantedAgain = flight.isWanted();
            flight.land(null);
            // Then
            assertThat(joined.get()).isNull();
            assertThat(wantedAgain).isFalse();
            assertThat(flight.isMissed()).isTrue();
        }
    }

    private static Value value(NearbyFixture fixture) {
        try (var builder = fixture.start(16).store.receive(NearbyFixture.bytes("key"), 10)) {
            for (var space = builder.space(); space != null; space = builder.space()) {
                space.put((byte) 1);
            }
            return builder.build();
        }
    }
}
