package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.net.URI;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What endpoints have learned counts for the others while they are there. */
class PoolRateTest {
    private static final Namespace SPACE = new Namespace(1);

    private final ManualClock clock = new ManualClock();
    private final Endpoints endpoints =
            new Endpoints(List.of(), PrefillRates.computing(1000), clock, RandomGenerator.getDefault());

    @Test
    void anEndpointThatLeavesTakesItsRateAlong() {
        // Given a slow one and a new one
        join("slow");
        var late = serveHalfOf("slow");
        join("new");
        assertThat(rate("new")).isBetween(249.0, 251.0);

        // When
        endpoints.absent("slow");
        late.firstByte();

        // Then, and what it learns afterwards counts when it is back
        assertThat(rate("new")).isEqualTo(1000);
        join("slow");
        assertThat(rate("new")).isBetween(124.0, 251.0);
    }

    /** One request took 4 s, the next is under way for 4 s. */
    private Ticket serveHalfOf(String name) {
        var endpoint = endpoints.named(name).orElseThrow();
        var first = endpoint.book(PrefillWork.computing(1000), SPACE, List.of(), Ending.FIRST_BYTE);
        var second = endpoint.book(PrefillWork.computing(1000), SPACE, List.of(), Ending.FIRST_BYTE);
        clock.advanceMillis(4000);
        first.firstByte();
        first.complete();
        clock.advanceMillis(4000);
        return second;
    }

    private void join(String name) {
        endpoints.present(new EndpointSpec(name, URI.create("http://" + name + ":1"), NodeRef.NOBODY, "", Origin.POD));
    }

    private double rate(String name) {
        return endpoints
                .named(name)
                .orElseThrow()
                .load(SPACE, List.of())
                .rates()
                .tokensPerSecond();
    }
}
