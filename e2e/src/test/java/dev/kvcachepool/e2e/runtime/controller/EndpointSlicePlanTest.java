package dev.kvcachepool.e2e.runtime.controller;

import static dev.kvcachepool.e2e.runtime.TestPods.at;
import static dev.kvcachepool.e2e.runtime.TestPods.node;
import static dev.kvcachepool.e2e.runtime.TestPods.on;
import static dev.kvcachepool.e2e.runtime.TestPods.ready;
import static dev.kvcachepool.e2e.runtime.TestPods.terminating;
import static dev.kvcachepool.e2e.runtime.TestPods.unready;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointSlicePlanTest {
    private static Service service(IntOrString target, boolean publish) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("pool")
                .withNamespace("demo")
                .withUid("service")
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", "pool")
                .withPublishNotReadyAddresses(publish)
                .addNewPort()
                .withName("resp")
                .withPort(6379)
                .withTargetPort(target)
                .endPort()
                .endSpec()
                .build();
    }

    private static String conditions(Endpoint endpoint) {
        var conditions = endpoint.getConditions();
        return conditions.getReady() + " " + conditions.getServing() + " " + conditions.getTerminating();
    }

    private static List<Endpoint> endpoints(Service service, Pod... pods) {
        return EndpointSlicePlan.of(service, List.of(pods), Map.of("a", node("a", Map.of())))
                .getFirst()
                .getEndpoints();
    }

    @Test
    void an_endpoint_says_whether_it_is_ready_serving_and_terminating() {
        var service = service(new IntOrString(7000), false);

        var endpoints = endpoints(
                service,
                at("127.0.10.1", on("a", ready("x", "1"))),
                at("127.0.10.2", on("a", unready("y", "1"))),
                at("127.0.10.3", terminating(on("a", ready("z", "1")))),
                on("a", unready("no-address", "1")));

        assertThat(endpoints)
                .extracting(EndpointSlicePlanTest::conditions)
                .containsExactly("true true false", "false false false", "false true true");
        assertThat(endpoints.getFirst().getNodeName()).isEqualTo("a");
        assertThat(endpoints.getFirst().getTargetRef().getName()).isEqualTo("x");
    }

    @Test
    void not_ready_addresses_are_published_when_the_service_says_so() {
        assertThat(endpoints(service(new IntOrString(7000), true), at("127.0.10.2", on("a", unready("y", "1")))))
                .extracting(EndpointSlicePlanTest::conditions)
                .containsExactly("true true false");
    }

    @Test
    void a_named_port_is_looked_up_in_each_pod_and_differing_ones_make_slices() {
        var service = service(new IntOrString("tcp"), false);
        var first = withPort(7001, at("127.0.10.1", on("a", ready("x", "1"))));
        var second = withPort(7002, at("127.0.10.2", on("a", ready("y", "1"))));

        var slices = EndpointSlicePlan.of(service, List.of(first, second), Map.of());

        assertThat(slices)
                .extracting(slice -> slice.getPorts().getFirst().getPort())
                .containsExactlyInAnyOrder(7001, 7002);
        assertThat(slices).extracting(slice -> slice.getMetadata().getName()).doesNotHaveDuplicates();
    }

    private static Pod withPort(int port, Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewContainer()
                .addNewPort()
                .withName("tcp")
                .withContainerPort(port)
                .endPort()
                .endContainer()
                .endSpec()
                .build();
    }
}
