package dev.kvcachepool.e2e.runtime.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceTableTest {
    private final ObjectCache cache = new ObjectCache();
    private final ServiceTable table = new ServiceTable(cache);

    private void service(String clusterIp, String policy, Endpoint... endpoints) {
        cache.put(new ServiceBuilder()
                .withNewMetadata()
                .withName("pool")
                .withNamespace("demo")
                .withUid("1")
                .withResourceVersion("1")
                .endMetadata()
                .withNewSpec()
                .withClusterIP(clusterIp)
                .withInternalTrafficPolicy(policy)
                .addNewPort()
                .withName("resp")
                .withPort(6379)
                .endPort()
                .endSpec()
                .build());
        cache.put(new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("pool-1")
                .withNamespace("demo")
                .withUid("2")
                .withResourceVersion("1")
                .addToLabels("kubernetes.io/service-name", "pool")
                .endMetadata()
                .withEndpoints(endpoints)
                .addNewPort()
                .withName("resp")
                .withPort(7000)
                .endPort()
                .build());
    }

    private static Endpoint endpoint(String address, String node, boolean ready, boolean serving) {
        return new EndpointBuilder()
                .withAddresses(address)
                .withHostname("pool-" + address.substring(address.length() - 1))
                .withNodeName(node)
                .withNewConditions(ready, serving, !ready)
                .build();
    }

    private String resolve(String host, int port, String node) {
        return table.resolve(host, port, node).toString();
    }

    @Test
    void a_cluster_ip_and_a_name_lead_to_the_ready_endpoints_in_turn() {
        service(
                "127.0.20.1",
                "Cluster",
                endpoint("127.0.10.1", "a", true, true),
                endpoint("127.0.10.2", "b", true, true),
                endpoint("127.0.10.3", "b", false, true));

        assertThat(List.of(
                        resolve("127.0.20.1", 6379, "a"),
                        resolve("pool.demo.svc", 6379, "a"),
                        resolve("pool.demo.svc.cluster.local", 6379, "a")))
                .containsExactly("/127.0.10.1:7000", "/127.0.10.2:7000", "/127.0.10.1:7000");
    }

    @Test
    void a_local_service_leads_to_endpoints_of_the_callers_node_only() {
        service("127.0.20.1", "Local", endpoint("127.0.10.1", "a", true, true));

        assertThat(resolve("pool.demo.svc", 6379, "a")).isEqualTo("/127.0.10.1:7000");
        assertThatThrownBy(() -> resolve("pool.demo.svc", 6379, "b"))
                .hasMessage("Service demo/pool has no ready endpoint for port 6379 on node b");
    }

    @Test
    void an_endpoint_that_ends_still_serves_when_there_is_no_other() {
        service("127.0.20.1", "Cluster", endpoint("127.0.10.3", "b", false, true));

        assertThat(resolve("pool.demo.svc", 6379, "a")).isEqualTo("/127.0.10.3:7000");
    }

    @Test
    void a_headless_service_keeps_the_port_and_knows_its_pods_by_name() {
        service("None", "Cluster", endpoint("127.0.10.1", "a", true, true), endpoint("127.0.10.2", "b", true, true));

        assertThat(resolve("pool-2.pool.demo.svc", 9400, "a")).isEqualTo("/127.0.10.2:9400");
        assertThat(resolve("pool.demo.svc", 9400, "a")).endsWith(":9400");
    }

    @Test
    void other_addresses_are_left_alone_and_unknown_names_refused() {
        assertThat(table.resolve("10.1.2.3", 80, "a")).isEqualTo(new InetSocketAddress("10.1.2.3", 80));
        assertThatThrownBy(() -> resolve("absent.demo.svc", 80, "a")).hasMessage("there is no Service demo/absent");
        assertThatThrownBy(() -> resolve("example.org", 80, "a"))
                .hasMessage("example.org is not like <service>.<namespace>.svc");
    }
}
