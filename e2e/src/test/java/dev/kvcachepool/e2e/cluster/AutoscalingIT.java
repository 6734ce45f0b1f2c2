package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.events;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.process.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator decides on a pool's number of cache-nodes, on a real API server; what routers tell is a stand-in's. */
class AutoscalingIT {
    private static final String NAME = "scaled";
    private static final List<String> SHORT_WINDOWS =
            List.of("--scale-up-window", "2", "--scale-down-window", "3", "--scale-fill-time", "1");

    private final String namespace = CLUSTER.namespace();
    private RouterStandIn router;

    @BeforeEach
    void letAnOperatorWithShortWindowsAct() throws Exception {
        OperatorFixture.operator();
        router = new RouterStandIn(namespace, NAME);
        OperatorFixture.handOver(impatient("operator-autoscaling"));
    }

    private Program impatient(String name) {
        return OperatorFixture.startWaitingOperator(
                name,
                OperatorFixture.kubeconfig(),
                SHORT_WINDOWS,
                Map.of("KVP_JAVA_OPTS", "-XX:TieredStopAtLevel=1 " + router.javaOptions()));
    }

    @AfterEach
    void leaveOneThatHasTheWindowsOfEveryday() {
        OperatorFixture.handOver(OperatorFixture.startWaitingOperator("operator-after-autoscaling"));
        router.close();
    }

    private static String spec(String scaling) {
        return """
                tiers: {host: {size: 1Gi}}
                adverts: {bootstrapServers: "%s"}
                """.formatted(Fixture.broker().address()) + scaling;
    }

    private int replicas() {
        return client().apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName(NAME)
                .get()
                .getSpec()
                .getReplicas();
    }

    private void awaitNodes(int desired, String reason) {
        await(desired + " cache-nodes, " + reason).untilAsserted(() -> {
            var status = pool(namespace, NAME).getStatus();
            assertThat(status).isNotNull();
            assertThat(status.autoscaling()).isNotNull();
            assertThat(status.autoscaling().reason()).isEqualTo(reason);
            assertThat(status.autoscaling().desired()).isEqualTo(desired);
            assertThat(replicas()).isEqualTo(desired);
        });
    }

    @Test
    void aPoolGrowsWhenItIsFullAndMissesAndShrinksWhenFewerDo() {
        // Given
        var scaling = "autoscaling: {max: 2, targetOccupancy: 80, targetHitRatio: 60}\n";
        router.tell(0.5, 10);
        apply(namespace, NAME, spec(scaling));
        awaitNodes(1, "AsNeeded");

        // When it is full, but its prompts find enough, then it stays
        router.tell(1.5, 80);
        awaitNodes(1, "HitsSuffice");

        // When they don't, then it grows and says why
        router.tell(1.5, 10);
        await("a second cache-node").untilAsserted(() -> assertThat(replicas()).isEqualTo(2));
        awaitCondition(namespace, NAME, "Ready", "True AllServing: 2 of 2");
        awaitNodes(2, "AsNeeded");
        var why = "grown from 1 to 2 cache-nodes: what is held fills 99 % of them, with a target of 80 %, and prompts"
                + " find 10 %, with a target of 60 %";
        assertThat(pool(namespace, NAME).getStatus().autoscaling().lastScale()).isEqualTo(why);
        await("an Event")
                .untilAsserted(
                        () -> assertThat(events(namespace, NAME, "Autoscaled")).containsExactly(why));

        // When somebody scales it by hand, then the API server says who decides
        var byHand = CLUSTER.kubectl("scale", "kvp/" + NAME, "--replicas=5", "-n", namespace);
        assertThat(byHand.exit()).isNotZero();
        assertThat(byHand.errors()).contains("spec.replicas and spec.autoscaling exclude one another");

        // When another operator takes over, then it keeps the number, and says what more it wants
        OperatorFixture.handOver(impatient("operator-autoscaling-2"));
        router.tell(3, 10);
        awaitNodes(2, "AtMaximum");
        await("an Event")
                .untilAsserted(() -> assertThat(events(namespace, NAME, "AutoscalingLimited"))
                        .singleElement()
                        .asString()
                        .contains("raise spec.autoscaling.max"));

        // When autoscaling is taken away, then the nodes stay
        apply(namespace, NAME, spec(""));
        awaitNodes(2, "Off");

        // When it is back and next to nothing is held, then one goes
        router.tell(0.1, 80);
        apply(namespace, NAME, spec(scaling));
        await("one cache-node").untilAsserted(() -> assertThat(replicas()).isEqualTo(1));
        awaitNodes(1, "AsNeeded");
        assertThat(events(namespace, NAME, "Autoscaled"))
                .anyMatch(message -> message.startsWith("shrunk from 2 to 1 cache-nodes"));

        // When a number is given, then that is it
        apply(namespace, NAME, spec("replicas: 2\n"));
        await("what was asked for").untilAsserted(() -> {
            assertThat(replicas()).isEqualTo(2);
            assertThat(pool(namespace, NAME).getStatus().autoscaling()).isNull();
        });
    }
}
