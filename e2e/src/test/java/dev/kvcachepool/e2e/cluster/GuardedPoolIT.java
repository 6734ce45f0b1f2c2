package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code spec.security} on a real API server, which keeps NetworkPolicies; nothing here enforces them. */
class GuardedPoolIT {

    private static String spec(String security) {
        return """
                replicas: 0
                router: {replicas: 0}
                tiers: {host: {size: 64Mi}}
                adverts: {bootstrapServers: "%s", replication: 1}
                security: %s
                """.formatted(Fixture.broker().address(), security);
    }

    private static List<NetworkPolicy> policies(String namespace) {
        return client().network()
                .networkPolicies()
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    @Test
    void policiesComeAndChangeAndGoWithTheSpecification() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "shared", spec("{networkPolicy: {enabled: true}}"));
        await("both policies are there")
                .untilAsserted(() -> assertThat(policies(namespace))
                        .extracting(policy -> policy.getMetadata().getName())
                        .containsExactlyInAnyOrder("shared", "shared-router"));
        assertThat(policies(namespace)).allSatisfy(policy -> {
            assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
            assertThat(policy.getMetadata().getOwnerReferences()).hasSize(1);
        });
        // When
        apply(namespace, "shared", spec("{networkPolicy: {enabled: true, clients: [{ipBlock: {cidr: 10.1.0.0/16}}]}}"));
        // Then
        await("the new clients are let in")
                .untilAsserted(() -> assertThat(policies(namespace))
                        .allSatisfy(policy -> assertThat(policy.getSpec().getIngress())
                                .anySatisfy(rule -> assertThat(rule.getFrom())
                                        .anySatisfy(peer -> assertThat(peer.getIpBlock())
                                                .isNotNull()
                                                .extracting("cidr")
                                                .isEqualTo("10.1.0.0/16")))));
        // When
        apply(namespace, "shared", spec("{}"));
        // Then
        await("everyone is let in")
                .untilAsserted(() -> assertThat(policies(namespace)).isEmpty());
    }

    @Test
    void aMissingSecretOfUsersIsNamedAndItsComingNoticed() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "shared", spec("{auth: {secretRef: {name: users}}}"));
        awaitCondition(
                namespace,
                "shared",
                "Degraded",
                "True SecretMissing: Secret " + namespace
                        + "/users, which spec.security.auth.secretRef names, does not exist: create it with the key users.yaml");
        // When
        CLUSTER.kubectl(
                        "create",
                        "secret",
                        "generic",
                        "users",
                        "--from-literal=users.yaml=users: []",
                        "--from-literal=pool-password=the-pools-own",
                        "-n",
                        namespace)
                .mustSucceed();
        // Then
        awaitCondition(namespace, "shared", "Degraded", "False");
    }
}
