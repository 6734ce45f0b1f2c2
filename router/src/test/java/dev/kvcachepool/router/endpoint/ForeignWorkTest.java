package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What other routers sent, seen through an endpoint; requests are of a second's work. */
class ForeignWorkTest {
    private static final Namespace SPACE = new Namespace(1);

    private final ManualClock clock = new ManualClock();
    private final Endpoint endpoint = new Endpoints(
                    List.of(EndpointSpec.parse("a=http://h:1")),
                    PrefillRates.computing(1000),
                    clock,
                    RandomGenerator.getDefault())
            .all()
            .getFirst();

    @Test
    void waitingOnesThatAreNotOursCountAsMuchAsOurs() {
        // Given one in service and one waiting, both ours
        book();
        book();

        // When three wait
        report(3);

        // Then
        assertThat(load().foreignNanos()).isEqualTo(seconds(2));
        assertThat(load().queueNanos()).isEqualTo(seconds(4));
    }

    @Test
    void oursAloneAreNotCountedTwice() {
        // Given
        book();
        book();

        // When
        report(1);

        // Then
        assertThat(load().foreignNanos()).isZero();
    }

    @Test
    void requestsSentAfterTheReportDoNotHideOthers() {
        // Given
        book();
        var then = clock.getAsLong();
        clock.advanceMillis(100);
        book();
        book();

        // When
        endpoint.report(new EngineReport(2, 1, 0, then));

        // Then
        assertThat(load().foreignNanos()).isEqualTo(seconds(2));
    }

    @Test
    void othersAreServedMeanwhileAndAnOldReportSaysNothing() {
        // Given a service time to go by, and nothing of ours left
        book().complete();
        report(1);
        var atOnce = load().foreignNanos();

        // When
        clock.advanceMillis(500);
        var later = load().foreignNanos();
        clock.advanceMillis(2000);

        // Then: the one that waits, and half of the one in service
        assertThat(atOnce).isEqualTo(seconds(3) / 2);
        assertThat(later).isEqualTo(seconds(1));
        assertThat(load().foreignNanos()).isZero();
    }

    private Ticket book() {
        return endpoint.book(PrefillWork.computing(1000), SPACE, List.of(), Ending.FIRST_BYTE);
    }

    private void report(int waiting) {
        endpoint.report(new EngineReport(waiting, 1, 0, clock.getAsLong()));
    }

    private Endpoint.Load load() {
        return endpoint.load(SPACE, List.of());
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
