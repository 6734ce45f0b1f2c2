package dev.kvcachepool.router.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.NodeRef;
import dev.kvcachepool.router.endpoint.Origin;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FollowedEnginesTest {
    private final AtomicLong nanos = new AtomicLong(1);
    private final Endpoints endpoints = new Endpoints(
            List.of(EndpointSpec.parse("static=http://10.9.9.9:8000")),
            PrefillRates.computing(1000),
            nanos::get,
            RandomGenerator.getDefault());
    private final FollowedEngines engines = followed("named=tcp://h:1");

    private FollowedEngines followed(String named) {
        var config = new EngineEventsFlags.Config(
                List.of(EngineAddress.parse(named)), PodEvents.parse("port=5557,replay=5657,most=3"));
        return new FollowedEngines(config, endpoints, nanos::get);
    }

    @Test
    void podsAreFollowedAndEndpointsOfFlagsAreNot() {
        // When
        present("pod-1", "10.0.0.1");
        present("pod-2", "10.0.0.2");
        // Then
        assertThat(engines.get())
                .containsExactly(
                        EngineAddress.parse("named=tcp://h:1"),
                        address("pod-1", "10.0.0.1"),
                        address("pod-2", "10.0.0.2"));
    }

    @Test
    void onePodThatIsSeveralEndpointsAndOneThatIsNamedAreNotFollowed() {
        // When
        present("pod-1_8000", "10.0.0.1");
        present("pod-1_8001", "10.0.0.1");
        present("named", "10.0.0.2");
        // Then
        assertThat(engines.get()).containsExactly(EngineAddress.parse("named=tcp://h:1"));
    }

    @Test
    void aPodThatIsGoneForAMomentStays() {
        // Given
        present("pod-1", "10.0.0.1");
        var before = engines.get();
        // When
        endpoints.absent("pod-1");
        pass(Duration.ofSeconds(30));
        // Then
        assertThat(engines.get()).isEqualTo(before);

        // When it has been for longer
        pass(Duration.ofSeconds(1));
        // Then
        assertThat(engines.get()).hasSize(1);
    }

    @Test
    void aPodAtAnotherAddressTakesItsPlaceAtOnce() {
        // Given
        present("pod-1", "10.0.0.1");
        assertThat(engines.get()).hasSize(2);
        // When
        endpoints.absent("pod-1");
        present("pod-1", "10.0.0.7");
        // Then
        assertThat(engines.get()).endsWith(address("pod-1", "10.0.0.7")).hasSize(2);
    }

    @Test
    void furtherPodsWaitUntilThereIsRoom() {
        // Given
        for (int pod = 1; pod <= 4; pod++) {
            present("pod-" + pod, "10.0.0." + pod);
        }
        var first = engines.get();
        assertThat(first).hasSize(1 + 3);
        // When one of those that are followed goes for good
        endpoints.absent(first.getLast().engine());
        pass(Duration.ofSeconds(31));
        // Then
        assertThat(engines.get()).hasSize(1 + 3).doesNotContain(first.getLast()).containsAll(first.subList(0, 3));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void present(String pod, String host) {
        var spec = new EndpointSpec(pod, URI.create("http://" + host + ":8000"), NodeRef.NOBODY, "", Origin.POD);
        assertThat(endpoints.present(spec)).isNotNull();
    }

    private static EngineAddress address(String pod, String host) {
        return EngineAddress.parse("%s=tcp://%s:5557,replay=tcp://%s:5657".formatted(pod, host, host));
    }
}
