package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.router.pick.Hits.Count;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HitsTest {
    private static final long WINDOW = Hits.SLICES * Hits.SLICE_NANOS;

    private final AtomicLong now = new AtomicLong(-3 * Hits.SLICE_NANOS / 2);
    private final Hits hits = new Hits(now::get);

    @Test
    void addsUpWhatWasPickedOfLate() {
        // Given
        hits.picked(3, 10);
        now.addAndGet(WINDOW / 2);
        // When
        hits.picked(5, 20);
        // Then
        assertThat(hits.lately()).isEqualTo(new Count(8, 30));
        assertThat(hits.sinceStart()).isEqualTo(new Count(8, 30));
    }

    @Test
    void forgetsWhatIsLongAgo() {
        // Given
        hits.picked(3, 10);
        now.addAndGet(WINDOW / 2);
        hits.picked(5, 20);
        // When
        now.addAndGet(WINDOW / 2);
        // Then
        assertThat(hits.lately()).isEqualTo(new Count(5, 20));
        assertThat(hits.sinceStart()).isEqualTo(new Count(8, 30));
    }

    @Test
    void forgetsAllAfterALongSilence() {
        // Given
        hits.picked(3, 10);
        // When
        now.addAndGet(1000 * WINDOW);
        // Then
        assertThat(hits.lately()).isEqualTo(new Count(0, 0));
    }
}
