package dev.kvcachepool.cachenode.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Work in the background on a clock that its pauses move. */
class PaceTest {
    private static final long MILLI = 1_000_000;

    private final AtomicLong nanos = new AtomicLong(1);
    private final List<Long> pauses = new ArrayList<>();
    private final Pace pace = new Pace(nanos::get, pause -> {
        pauses.add(pause);
        nanos.addAndGet(pause);
    });

    @Test
    void nobodyWaitsNobodyPauses() {
        // When
        boolean paused = pace.work(() -> nanos.addAndGet(10 * MILLI), () -> false);
        // Then
        assertThat(paused).isFalse();
        assertThat(pauses).isEmpty();
    }

    @Test
    void aQuarterOfTheTimeIsWorkWhileOthersRead() {
        // When
        boolean paused = pace.work(this::tenMillisBesideARead, () -> false);
        // Then
        assertThat(paused).isTrue();
        assertThat(pauses.stream().mapToLong(Long::longValue).sum()).isEqualTo(30 * MILLI);
    }

    private void tenMillisBesideARead() {
        boolean ignored = pace.read(() -> {
            nanos.addAndGet(10 * MILLI);
            return true;
        });
    }

    @Test
    void whatIsUrgentPausesNoLonger() {
        // When it becomes urgent in a pause
        boolean paused = pace.work(this::tenMillisBesideARead, () -> !pauses.isEmpty());
        // Then
        assertThat(paused).isTrue();
        assertThat(pauses).hasSize(1);
    }

    @Test
    void aSlowWriteDoesNotStopEverything() {
        // When
        boolean paused = pace.work(
                () -> {
                    tenMillisBesideARead();
                    nanos.addAndGet(10_000 * MILLI);
                },
                () -> false);
        // Then
        assertThat(paused).isTrue();
        assertThat(pauses.stream().mapToLong(Long::longValue).sum()).isEqualTo(300 * MILLI);
    }
}
