package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class EndpointsTest {
    private static final Namespace SPACE = new Namespace(1);

    private final ManualClock clock = new ManualClock();
    private final Endpoints endpoints = new Endpoints(
            List.of(EndpointSpec.parse("z-static=http://h:1")),
            PrefillRates.computing(1000),
            clock,
            RandomGenerator.getDefault());

    @Test
    void podsComeAfterThoseOfFlagsInOrderOfNames() {
        // When
        endpoints.present(pod("b", 1));
        endpoints.present(pod("a", 2));

        // Then
        assertThat(endpoints.all()).extracting(Endpoint::name).containsExactly("z-static", "a", "b");
        assertThat(endpoints.named("a")).isPresent();
    }

    @Test
    void thoseThatStayKeepTheirLoadWhenOthersComeAndGo() {
        // Given
        endpoints.present(pod("a", 1));
        var stays = endpoints.named("a").orElseThrow();
        book(stays);

        // When
        endpoints.present(pod("b", 2));
        endpoints.absent("b");
        endpoints.present(new EndpointSpec("a", url(1), new NodeRef.Named("n9"), "k9", Origin.POD));

        // Then
        assertThat(endpoints.named("a")).containsSame(stays);
        assertThat(stays.outstanding()).isEqualTo(1);
        assertThat(stays.spec().cacheNode()).isEqualTo(new NodeRef.Named("n9"));
    }

    @Test
    void oneThatLeavesAdmitsNobodyAndItsRequestsEndAsEver() {
        // Given
        endpoints.present(pod("a", 1));
        var leaving = endpoints.named("a").orElseThrow();
        var ticket = book(leaving);

        // When
        endpoints.absent("a");
        ticket.firstByte();
        ticket.complete();

        // Then
        assertThat(endpoints.named("a")).isEmpty();
        assertThat(leaving.admits()).isFalse();
        assertThat(leaving.outstanding()).isZero();
    }

    @Test
    void oneThatComesBackWhileItsRequestsRunIsTheSame() {
        // Given
        endpoints.present(pod("a", 1));
        var flapping = endpoints.named("a").orElseThrow();
        book(flapping);

        // When
        endpoints.absent("a");
        endpoints.present(pod("a", 1));

        // Then
        assertThat(endpoints.named("a")).containsSame(flapping);
        assertThat(flapping.admits()).isTrue();
        assertThat(flapping.outstanding()).isEqualTo(1);
    }

    @Test
    void anotherAddressIsAnotherEngine() {
        // Given
        endpoints.present(pod("a", 1));
        var before = endpoints.named("a").orElseThrow();
        book(before);

        // When
        endpoints.present(pod("a", 2));

        // Then
        var after = endpoints.named("a").orElseThrow();
        assertThat(after).isNotSameAs(before);
        assertThat(after.outstanding()).isZero();
        assertThat(before.admits()).isFalse();
        assertThat(endpoints.all()).hasSize(2);
    }

    @Test
    void aFlagsNameIsNotTakenFromItNorDoesItGo() {
        // When
        var taken = endpoints.present(pod("z-static", 5));
        endpoints.absent("z-static");

        // Then
        assertThat(taken).isEqualTo(Endpoints.Taken.NAME_TAKEN);
        assertThat(endpoints.all()).hasSize(1).first().satisfies(endpoint -> {
            assertThat(endpoint.spec().port()).isEqualTo(1);
            assertThat(endpoint.admits()).isTrue();
        });
    }

    @Test
    void thereIsABound() {
        // When
        var taken = Endpoints.Taken.YES;
        for (int i = 0; i < Endpoints.MAX; i++) {
            taken = endpoints.present(pod("p" + i, 1));
        }

        // Then
        assertThat(taken).isEqualTo(Endpoints.Taken.TOO_MANY);
        assertThat(endpoints.all()).hasSize(Endpoints.MAX);
    }

    @Test
    void observersHearOfThoseThatAreThereAndOfEachChange() {
        // Given
        var heard = new ArrayList<String>();
        endpoints.observe(new Endpoints.Observer() {
            @Override
            public void joined(Endpoint endpoint) {
                heard.add("+" + endpoint.name());
            }

            @Override
            public void left(Endpoint endpoint) {
                heard.add("-" + endpoint.name());
            }
        });

        // When
        endpoints.present(pod("a", 1));
        endpoints.present(pod("a", 1));
        endpoints.present(pod("a", 2));
        endpoints.absent("a");
        endpoints.absent("a");

        // Then
        assertThat(heard).containsExactly("+z-static", "+a", "-a", "+a", "-a");
    }

    private static Ticket book(Endpoint endpoint) {
        return endpoint.book(PrefillWork.computing(100), SPACE, List.of(), Ending.FIRST_BYTE);
    }

    private static EndpointSpec pod(String name, int port) {
        return new EndpointSpec(name, url(port), NodeRef.NOBODY, "", Origin.POD);
    }

    private static URI url(int port) {
        return URI.create("http://10.0.0.1:" + port);
    }
}
