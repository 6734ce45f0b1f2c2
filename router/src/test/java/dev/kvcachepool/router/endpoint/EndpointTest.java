package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EndpointTest {
    private static final Namespace SPACE = new Namespace(1);

    private final ManualClock clock = new ManualClock();
    private final Endpoints endpoints = new Endpoints(
            List.of(EndpointSpec.parse("a=http://h:1"), EndpointSpec.parse("b=http://h:2")),
            PrefillRates.computing(1000),
            clock,
            RandomGenerator.getDefault());
    private final Endpoint endpoint = endpoints.all().getFirst();

    @Test
    void queueShrinksAsTheHeadIsServedButNeverBelowWhatWaitsBehindIt() {
        // Given 2 s in service, 1 s and 0.5 s waiting
        book(2000, Ending.FIRST_BYTE);
        book(1000, Ending.FIRST_BYTE);
        book(500, Ending.FIRST_BYTE);
        assertThat(queueMillis()).isEqualTo(3500);

        // When
        clock.advanceMillis(1500);

        // Then
        assertThat(queueMillis()).isEqualTo(2000);
        clock.advanceMillis(5000);
        assertThat(queueMillis()).isEqualTo(1500);
    }

    @Test
    void theNextHeadIsInServiceFromThePreviousFirstByte() {
        // Given
        var first = book(2000, Ending.FIRST_BYTE);
        book(1000, Ending.FIRST_BYTE);
        clock.advanceMillis(2000);

        // When
        first.firstByte();
        clock.advanceMillis(400);

        // Then
        assertThat(queueMillis()).isEqualTo(600);
        assertThat(load().outstanding()).isEqualTo(2);
    }

    @Test
    void anAbortLeavesAtOnceWhereverItStands() {
        // Given
        book(2000, Ending.FIRST_BYTE);
        var second = book(1000, Ending.FIRST_BYTE);
        book(500, Ending.FIRST_BYTE);

        // When
        second.abort(false);

        // Then
        assertThat(queueMillis()).isEqualTo(2500);
        assertThat(load().outstanding()).isEqualTo(2);
    }

    @Test
    void unseenWorkDrainsByItsEstimateOneAfterTheOther() {
        // Given
        book(1000, Ending.UNSEEN);
        book(1000, Ending.UNSEEN);

        // When
        clock.advanceMillis(1500);

        // Then
        assertThat(queueMillis()).isEqualTo(500);
        assertThat(load().outstanding()).isEqualTo(1);
        clock.advanceMillis(500);
        assertThat(load().outstanding()).isZero();
    }

    @Test
    void workByEstimateLeavesTheQueueButStaysOutstandingUntilItsEnd() {
        // Given
        var ticket = book(1000, Ending.BY_ESTIMATE);

        // When
        clock.advanceMillis(1500);

        // Then
        assertThat(queueMillis()).isZero();
        assertThat(load().outstanding()).isEqualTo(1);
        ticket.complete();
        assertThat(load().outstanding()).isZero();
    }

    @Test
    void unseenWorkIsBounded() {
        // Given far more picks than could ever be served
        for (int i = 0; i < WorkQueue.MAX_WORK * 2; i++) {
            book(1_000_000, Ending.UNSEEN);
        }

        // When
        var load = load();

        // Then
        assertThat(load.outstanding()).isLessThanOrEqualTo(WorkQueue.MAX_WORK);
    }

    @Test
    void theRateIsLearnedFromFirstBytesAndSharedWithThoseThatHaveNone() {
        // Given
        var other = endpoints.all().getLast();
        var ticket = book(1000, Ending.FIRST_BYTE);

        // When 1000 tokens took 4 s
        clock.advanceMillis(4000);
        ticket.firstByte();

        // Then
        assertThat(load().rates().tokensPerSecond()).isBetween(249.0, 251.0);
        assertThat(other.load(SPACE, List.of()).rates().tokensPerSecond()).isBetween(249.0, 251.0);
    }

    @Test
    void blocksOfAnOutstandingRequestAreExpectedAndGoWithItsAbort() {
        // Given
        var ticket = endpoint.book(PrefillWork.computing(10), SPACE, chain(6), Ending.FIRST_BYTE);
        assertThat(endpoint.load(SPACE, chain(9)).pendingBlocks()).isEqualTo(6);
        assertThat(endpoint.load(new Namespace(2), chain(9)).pendingBlocks()).isZero();

        // When
        ticket.abort(false);

        // Then
        assertThat(endpoint.load(SPACE, chain(9)).pendingBlocks()).isZero();
    }

    @Test
    void blocksStayExpectedForAGraceAfterTheEnd() {
        // Given
        var ticket = endpoint.book(PrefillWork.computing(10), SPACE, chain(6), Ending.FIRST_BYTE);
        ticket.firstByte();

        // When
        ticket.complete();

        // Then
        clock.advanceMillis(Endpoint.ADVERT_GRACE.toMillis() - 1);
        assertThat(endpoint.load(SPACE, chain(6)).pendingBlocks()).isEqualTo(6);
        clock.advanceMillis(2);
        assertThat(endpoint.load(SPACE, chain(6)).pendingBlocks()).isZero();
    }

    @Test
    void anEndpointThatFailsIsEjectedLongerEachTimeAndComesBackWithAnAnswer() {
        // Given
        book(1, Ending.FIRST_BYTE).abort(true);
        assertThat(endpoint.admits()).isFalse();
        clock.advanceMillis(Ejection.FIRST.toMillis());
        assertThat(endpoint.admits()).isTrue();

        // When the probe fails, too
        var probe = book(1, Ending.FIRST_BYTE);
        assertThat(endpoint.admits()).as("while the probe is under way").isFalse();
        probe.abort(true);

        // Then
        clock.advanceMillis(Ejection.FIRST.toMillis());
        assertThat(endpoint.admits()).isFalse();
        clock.advanceMillis(Ejection.FIRST.toMillis());
        var second = book(1, Ending.FIRST_BYTE);
        second.answered();
        assertThat(endpoint.admits()).isTrue();
    }

    @Test
    void anEndCountsOnce() {
        // Given
        var ticket = book(100, Ending.FIRST_BYTE);

        // When
        ticket.complete();
        ticket.complete();
        ticket.abort(true);
        ticket.firstByte();

        // Then
        assertThat(load().outstanding()).isZero();
        assertThat(endpoint.admits()).isTrue();
    }

    private Ticket book(long millisOfWork, Ending ending) {
        return endpoint.book(PrefillWork.computing(millisOfWork), SPACE, List.of(), ending);
    }

    private Endpoint.Load load() {
        return endpoint.load(SPACE, List.of());
    }

    private long queueMillis() {
        return TimeUnit.NANOSECONDS.toMillis(load().queueNanos());
    }

    static List<BlockHash> chain(int blocks) {
        return LongStream.range(0, blocks).mapToObj(i -> new BlockHash(i, i)).toList();
    }
}
