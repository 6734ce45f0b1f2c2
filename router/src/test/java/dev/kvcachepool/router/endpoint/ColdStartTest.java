package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.prefill.LearnedRates;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How many requests a new endpoint is given, seen through the load of endpoints. */
class ColdStartTest {
    private static final Namespace SPACE = new Namespace(1);

    private final ManualClock clock = new ManualClock();
    private final Endpoints endpoints = new Endpoints(
            List.of(EndpointSpec.parse("old=http://h:1")),
            PrefillRates.computing(1000),
            clock,
            RandomGenerator.getDefault());

    @Test
    void aNewEndpointIsGivenOneMoreForEachFirstByte() {
        // Given
        serve(book("old"));
        join();
        var given = new ArrayList<Integer>();

        // When
        for (int firstBytes = 0; firstBytes < LearnedRates.WARM_UP; firstBytes++) {
            var tickets = new ArrayList<Ticket>();
            while (!load().heldBack()) {
                tickets.add(book("new"));
            }
            given.add(tickets.size());
            serve(tickets.getFirst());
            tickets.forEach(ticket -> ticket.abort(false));
        }

        // Then
        assertThat(given).containsExactly(1, 2, 3, 4, 5);
        assertThat(load().cold()).isFalse();
        for (int i = 0; i < 10; i++) {
            book("new");
        }
        assertThat(load().heldBack()).isFalse();
    }

    @Test
    void thePaceIsFreeAfterAWhileThoughNoFirstByteWasSeen() {
        // Given
        serve(book("old"));
        join();
        book("new");
        assertThat(load().heldBack()).isTrue();

        // When
        clock.advanceMillis(ColdStart.LONGEST.toMillis());

        // Then
        assertThat(load().cold()).isFalse();
        assertThat(load().heldBack()).isFalse();
    }

    @Test
    void whereNobodyHasShownARateNobodyIsHeldBack() {
        // Given
        join();

        // When
        book("new");
        serve(book("old"));
        book("new");

        // Then
        assertThat(load().cold()).isFalse();
        assertThat(load().heldBack()).isFalse();
    }

    private void join() {
        endpoints.present(new EndpointSpec("new", URI.create("http://new:1"), NodeRef.NOBODY, "", Origin.POD));
    }

    private Ticket book(String name) {
        return endpoints
                .named(name)
                .orElseThrow()
                .book(PrefillWork.computing(1000), SPACE, List.of(), Ending.FIRST_BYTE);
    }

    private void serve(Ticket ticket) {
        clock.advanceMillis(500);
        ticket.firstByte();
        ticket.complete();
    }

    private Endpoint.Load load() {
        return endpoints.named("new").orElseThrow().load(SPACE, List.of());
    }
}
