package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Many threads book and end at random, some twice: in the end nothing is left. */
class LoadAccountingTest {
    private static final int THREADS = 4;
    private static final int REQUESTS = 5_000;

    private final ManualClock clock = new ManualClock();
    private final Endpoint endpoint = new Endpoints(
                    List.of(EndpointSpec.parse("a=http://h:1")),
                    PrefillRates.computing(1000),
                    clock,
                    RandomGenerator.getDefault())
            .all()
            .getFirst();

    @Test
    void nothingLeaksWhateverEndsRequests() throws Exception {
        // Given
        var seed = System.nanoTime();
        System.out.println("LoadAccountingTest seed " + seed);

        // When
        try (var executor = Executors.newFixedThreadPool(THREADS)) {
            var done = new ArrayList<java.util.concurrent.Future<?>>();
            for (int thread = 0; thread < THREADS; thread++) {
                var random = new Random(seed + thread);
                done.add(executor.submit(() -> {
                    for (int i = 0; i < REQUESTS; i++) {
                        request(random);
                    }
                }));
            }
            for (var future : done) {
                future.get();
            }
        }

        // Then
        clock.advanceMillis(Endpoint.ADVERT_GRACE.toMillis() + 1);
        var load = endpoint.load(new Namespace(1), EndpointTest.chain(32));
        assertThat(load.outstanding()).isZero();
        assertThat(load.queueNanos()).isZero();
        assertThat(load.pendingBlocks()).isZero();
    }

    private void request(Random random) {
        var ending = random.nextBoolean() ? Ending.FIRST_BYTE : Ending.BY_ESTIMATE;
        var chain = EndpointTest.chain(random.nextInt(32));
        var ticket = endpoint.book(PrefillWork.computing(1 + random.nextInt(500)), new Namespace(1), chain, ending);
        if (random.nextBoolean()) {
            ticket.firstByte();
        }
        switch (random.nextInt(4)) {
            case 0 -> ticket.complete();
            case 1 -> ticket.abort(false);
            case 2 -> {
                ticket.abort(false);
                ticket.complete();
            }
            default -> {
                ticket.complete();
                ticket.abort(true);
            }
        }
        if (random.nextInt(8) == 0) {
            clock.advanceMillis(random.nextInt(20));
        }
    }
}
