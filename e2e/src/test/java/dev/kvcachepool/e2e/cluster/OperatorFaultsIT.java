package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.condition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.process.Program;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What happens to an operator while it runs: its API server is killed and comes back without a memory, its role is taken, another one
 * takes its Lease. The operator of these tests has an API server of its own.
 */
class OperatorFaultsIT {
    private static final String ROLE = "kvcachepool-operator";
    private static final String SPEC = """
            replicas: 1
            tiers: {host: {size: 1Gi}}
            adverts: {bootstrapServers: "127.0.0.1:9"}
            router: {enabled: false}
            """;

    private static SecondApiServer api;
    private static Program operator;

    @BeforeAll
    static void startAnOperatorWithItsOwnApiServer() throws Exception {
        OperatorFixture.operator();
        api = SecondApiServer.start(CLUSTER, "second-api-server");
        operator = startHere("operator-second-api");
        OperatorFixture.handOver(operator);
    }

    /** Keeps its Lease for longer than its API server takes to start again on a busy machine. */
    private static Program startHere(String name) throws Exception {
        return OperatorFixture.startWaitingOperator(
                name, api.kubeconfig(OperatorFixture.kubeconfig()), List.of("--lease-duration", "120"));
    }

    @AfterAll
    static void leaveOneThatDoesNotNeedIt() {
        OperatorFixture.handOver(OperatorFixture.startWaitingOperator("operator-after-faults"));
        api.close();
    }

    private static StatefulSet nodes(String namespace, String name) {
        return client().apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private static int replicas(String namespace, String name) {
        var nodes = nodes(namespace, name);
        return nodes == null ? -1 : nodes.getSpec().getReplicas();
    }

    @Test
    void whatChangedWhileTheApiServerWasAwayIsCaughtUpWithWhenItHasForgottenEverything() throws Exception {
        // Given
        var namespace = CLUSTER.namespace();
        for (var name : List.of("scaled", "edited", "deleted")) {
            apply(namespace, name, SPEC);
        }
        for (var name : List.of("scaled", "edited", "deleted")) {
            awaitCondition(namespace, name, "Ready", "True");
        }
        // When
        api.kill();
        CLUSTER.kubectl("scale", "kvp/scaled", "--replicas=2", "-n", namespace).mustSucceed();
        CLUSTER.kubectl("scale", "statefulset/edited", "--replicas=3", "-n", namespace)
                .mustSucceed();
        CLUSTER.kubectl("delete", "service/edited", "-n", namespace).mustSucceed();
        CLUSTER.kubectl("delete", "kvp/deleted", "-n", namespace).mustSucceed();
        apply(namespace, "new", SPEC);
        await("garbage collection").until(() -> nodes(namespace, "deleted") == null);
        api.startAgain();
        // Then
        awaitCondition(namespace, "new", "Ready", "True");
        awaitCondition(namespace, "scaled", "Ready", "True AllServing: 2 of 2");
        await("the edit is undone").untilAsserted(() -> {
            assertThat(replicas(namespace, "edited")).isEqualTo(1);
            assertThat(client().services()
                            .inNamespace(namespace)
                            .withName("edited")
                            .get())
                    .isNotNull();
        });
        assertThat(nodes(namespace, "deleted")).isNull();
        assertThat(operator.isAlive()).isTrue();
    }

    @Test
    void aRoleThatIsTakenIsNamedAndItsReturnNoticed() throws Exception {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "before", SPEC);
        awaitCondition(namespace, "before", "Ready", "True");
        var roles = client().rbac().clusterRoles();
        var shipped = roles.withName(ROLE).require();
        try {
            roles.withName(ROLE)
                    .edit(role -> new ClusterRoleBuilder(role)
                            .withRules(role.getRules().stream()
                                    .filter(OperatorFaultsIT::isOfOurGroup)
                                    .toList())
                            .build());
            // When all watches end, and may not begin again
            api.kill();
            api.startAgain();
            apply(namespace, "meanwhile", SPEC);
            // Then
            awaitCondition(namespace, "meanwhile", "Degraded", "True Forbidden: the operator may not apply the");
            assertThat(condition(namespace, "meanwhile", "Degraded"))
                    .contains("give its ServiceAccount the ClusterRole");
            assertThat(operator.isAlive()).isTrue();
        } finally {
            roles.withName(ROLE)
                    .edit(role -> new ClusterRoleBuilder(role)
                            .withRules(shipped.getRules())
                            .build());
        }
        awaitCondition(namespace, "meanwhile", "Ready", "True");
        // A watch goes on, too
        CLUSTER.kubectl("scale", "statefulset/before", "--replicas=3", "-n", namespace)
                .mustSucceed();
        await("the edit is undone").until(() -> replicas(namespace, "before") == 1);
        assertThat(operator.isAlive()).isTrue();
    }

    private static boolean isOfOurGroup(PolicyRule rule) {
        return rule.getApiGroups().contains("kvcachepool.dev");
    }

    @Test
    void whoLosesTheLeaseEndsAndTheNextOneGoesOn() throws Exception {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "before", SPEC);
        awaitCondition(namespace, "before", "Ready", "True");
        var loser = operator;
        // When
        takeTheLease();
        // Then
        await("the loser ends").until(() -> !loser.isAlive());
        assertThat(loser.stop(Duration.ZERO)).isNotZero();
        assertThat(Files.readString(OperatorFixture.log("operator-second-api"))).contains("no longer holds the Lease");
        // Nobody acts while somebody else holds it
        client().resource(pool(namespace, "after")).create();
        operator = startHere("operator-third");
        operator.await();
        assertThat(nodes(namespace, "after")).isNull();
        OperatorFixture.lease().delete();
        OperatorFixture.succeededBy(operator);
        awaitCondition(namespace, "after", "Ready", "True");
    }

    /** By a patch without a resource version: the operator may renew the Lease between a read and a write. */
    private static void takeTheLease() {
        var stolen = new LeaseBuilder()
                .withNewSpec()
                .withHolderIdentity("somebody-else")
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                .endSpec()
                .build();
        OperatorFixture.lease()
                .patch(PatchContext.of(PatchType.JSON_MERGE), new KubernetesSerialization().asJson(stolen));
    }

    private static KVCachePool pool(String namespace, String name) {
        var pool = new KubernetesSerialization().unmarshal(OperatorFixture.yaml(name, SPEC), KVCachePool.class);
        pool.getMetadata().setNamespace(namespace);
        return pool;
    }

    @Test
    void withoutTheDefinitionsItSaysWhatToInstallAndEnds() throws Exception {
        // Given an API server whose part of etcd is empty
        try (var empty = SecondApiServer.start(CLUSTER, "empty-api-server", "--etcd-prefix=/empty")) {
            var log = OperatorFixture.log("operator-without-definitions");
            // When
            try (var lost = Program.start(
                    RealCluster.root().toAbsolutePath().normalize(),
                    "operator",
                    List.of("--http-port", "0", "--listen-address", "127.0.0.1", "--lease-namespace", "default"),
                    Map.of("KUBECONFIG", empty.kubeconfig(CLUSTER.kubeconfig()).toString()),
                    log)) {
                // Then
                await("it ends").until(() -> !lost.isAlive());
                assertThat(lost.stop(Duration.ZERO)).isEqualTo(1);
                assertThat(Files.readAllLines(log))
                        .anySatisfy(
                                line -> assertThat(line)
                                        .startsWith("operator: cannot start: the API server at https://127.0.0.1:")
                                        .contains(
                                                "does not know kvcachepools.kvcachepool.dev/v1alpha1, prefixpins.kvcachepool.dev/v1alpha1:"
                                                        + " install the definitions with kubectl apply --server-side -f crds/"));
            }
        }
    }
}
