package dev.kvcachepool.prefixadvert.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadAheadTest {

    @Test
    void worksInOrderAndShowsItsWrites() {
        try (var worker = Executors.newFixedThreadPool(2)) {
            // Given
            var ahead = new ReadAhead(worker);
            var done = new ArrayList<Integer>();

            // When
            IntStream.range(0, 1_000).forEach(piece -> ahead.then(() -> done.add(piece)));
            ahead.await();

            // Then
            assertThat(done)
                    .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
        }
    }

    @Test
    void goesOnReadingWhileOnePieceIsWorkedOn() {
        try (var worker = Executors.newSingleThreadExecutor()) {
            // Given work that cannot end before the caller has gone on
            var ahead = new ReadAhead(worker);
            var wentOn = new CountDownLatch(1);
            ahead.then(() -> {
                try {
                    wentOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });

            // When
            wentOn.countDown();

            // Then
            ahead.await();
        }
    }

    @Test
    void whatFailsIsThrownAtTheNextPiece() {
        try (var worker = Executors.newSingleThreadExecutor()) {
            // Given
            var ahead = new ReadAhead(worker);
            ahead.then(() -> {
                throw new IllegalArgumentException("piece");
            });

            // When, then
            assertThatThrownBy(() -> ahead.then(() -> {})).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
