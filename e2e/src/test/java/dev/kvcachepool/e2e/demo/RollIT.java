package dev.kvcachepool.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.RolloutStatus.Phase;
import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Running cache-nodes get another form, one after another, and what they held is still there. */
class RollIT {
    private static final int NODES = 3;
    private static final int VALUES = 60;
    private static final int BYTES = 64 << 10;

    private static DemoKubernetes kubernetes;

    @BeforeAll
    static void start() throws Exception {
        kubernetes = new LocalKubernetes(Fixture.ROOT, Fixture.work("roll"), Map.of());
        kubernetes.awaitOperator();
    }

    @AfterAll
    static void stop() {
        kubernetes.close();
    }

    @Test
    void anotherImageRestartsContainersWhereTheyAre() throws Exception {
        // Given
        apply("image");
        store("image");
        var before = pods("image");
        // When
        var most = mostAway("image", () -> {
            patch("image", "{\"spec\": {\"image\": \"kvcachepool/cache-node:next\"}}");
            kubernetes.await(
                    "the roll is over",
                    () -> isRolled("image", pod -> image(pod).endsWith(":next")));
        });
        // Then
        assertThat(most).isEqualTo(1);
        assertThat(uids(pods("image"))).isEqualTo(uids(before));
        assertThat(pods("image"))
                .allSatisfy(pod -> assertThat(restartCount(pod)).isEqualTo(1));
        assertThat(stillThere("image")).isGreaterThanOrEqualTo(VALUES * 9 / 10);
        assertThat(restarts("image"))
                .hasSize(NODES)
                .allSatisfy(text -> assertThat(text)
                        .contains("is restarted where it is, as its image is kvcachepool/cache-node:next now"));
    }

    @Test
    void otherSettingsAndAnAskedRestartLeavePodsWhereTheyAre() throws Exception {
        // Given
        apply("asked");
        store("asked");
        var before = pods("asked");
        // When a restart is asked for, and then a setting is another
        var most = mostAway("asked", () -> {
            patch("asked", "{\"metadata\": {\"annotations\": {\"kvcachepool.dev/restart\": \"today\"}}}");
            kubernetes.await(
                    "the roll is over",
                    () -> isRolled(
                            "asked",
                            pod -> "today"
                                    .equals(pod.getMetadata().getAnnotations().get("kvcachepool.dev/restart"))));
            patch("asked", "{\"spec\": {\"eviction\": {\"readLease\": \"7s\"}}}");
            kubernetes.await("each has restarted again", () -> isRolled("asked", pod -> restartCount(pod) == 2));
        });
        // Then
        assertThat(most).isEqualTo(1);
        assertThat(uids(pods("asked"))).isEqualTo(uids(before));
        assertThat(stillThere("asked")).isGreaterThanOrEqualTo(VALUES * 9 / 10);
        assertThat(restarts("asked"))
                .filteredOn(text -> text.contains("is restarted where it is, as a restart was asked for"))
                .hasSize(NODES);
        assertThat(restarts("asked"))
                .filteredOn(text -> text.contains("is restarted where it is, as its settings are others"))
                .hasSize(NODES);
        // When the wish is taken back, and a label shows that the operator has seen it
        patch("asked", """
                {"metadata": {"annotations": {"kvcachepool.dev/restart": null}}, "spec": {"template": {"labels": {"seen": "yes"}}}}
                """);
        kubernetes.await(
                "it was seen",
                () -> isRolled(
                        "asked",
                        pod -> "yes".equals(pod.getMetadata().getLabels().get("seen"))));
        // Then
        assertThat(pods("asked"))
                .allSatisfy(pod -> assertThat(restartCount(pod)).isEqualTo(2));
    }

    @Test
    void aNodeThatDoesNotComeBackStopsTheRollAndLabelsNeedNone() throws Exception {
        // Given
        apply("bad");
        var before = uids(pods("bad"));
        // When a label is added, and then a setting that no node starts with
        patch("bad", "{\"spec\": {\"template\": {\"labels\": {\"team\": \"blue\"}}}}");
        kubernetes.await(
                "the label is there",
                () -> pods("bad").stream()
                        .allMatch(pod ->
                                "blue".equals(pod.getMetadata().getLabels().get("team"))));
        assertThat(uids(pods("bad"))).isEqualTo(before);
        patch("bad", "{\"spec\": {\"template\": {\"env\": [{\"name\": \"KVP_MAX_CONNECTIONS\", \"value\": \"x\"}]}}}");
        kubernetes.await("the last node crashes", () -> {
            var rollout = kubernetes.pool("bad").getStatus().rollout();
            return rollout != null
                    && rollout.phase() == Phase.Waiting
                    && ("bad-" + (NODES - 1)).equals(rollout.current())
                    && pods("bad").stream().filter(DemoKubernetes::isReady).count() == NODES - 1
                    && pods("bad").stream().anyMatch(RollIT::isCrashing);
        });
        // Then the others are as they were, and go on once it is mended
        assertThat(uids(pods("bad"))).containsAll(before.subList(0, NODES - 1));
        patch("bad", "{\"spec\": {\"template\": {\"env\": null}}}");
        kubernetes.await("all serve", () -> isRolled("bad", DemoKubernetes::isReady));
        assertThat(uids(pods("bad"))).containsAll(before.subList(0, NODES - 1));
    }

    private interface Change {
        void make() throws InterruptedException;
    }

    /** How many cache-nodes did not serve at a time, while {@code change} was made. */
    private static int mostAway(String pool, Change change) throws InterruptedException {
        var most = new AtomicInteger();
        var watch = kubernetes
                .client()
                .pods()
                .inNamespace(DemoKubernetes.NAMESPACE)
                .withLabel("app.kubernetes.io/instance", pool)
                .inform();
        try (watch) {
            watch.addEventHandler(new ResourceEventHandler<>() {
                private void look() {
                    int serving = (int) watch.getStore().list().stream()
                            .filter(pod -> DemoKubernetes.isReady(pod)
                                    && pod.getMetadata().getDeletionTimestamp() == null)
                            .count();
                    most.accumulateAndGet(NODES - serving, Math::max);
                }

                @Override
                public void onAdd(Pod pod) {
                    look();
                }

                @Override
                public void onUpdate(Pod before, Pod after) {
                    look();
                }

                @Override
                public void onDelete(Pod pod, boolean unknown) {
                    look();
                }
            });
            change.make();
        }
        return most.get();
    }

    private static void apply(String name) throws InterruptedException {
        kubernetes
                .manifests()
                .apply(new KubernetesSerialization()
                        .unmarshal(
                                """
                apiVersion: kvcachepool.dev/v1alpha1
                kind: KVCachePool
                metadata: {name: %s, namespace: demo}
                spec:
                  replicas: %d
                  models: [{name: %s, chunkTokens: 512, hashScheme: lmcache-blake3}]
                  tiers: {host: {size: 128Mi}}
                  adverts: {bootstrapServers: "%s", replication: 1}
                  router: {enabled: false}
                """.formatted(
                                                name,
                                                NODES,
                                                DemoOptions.MODEL,
                                                Fixture.broker().address()),
                                KVCachePool.class));
        kubernetes.await("pool " + name + " is ready", () -> kubernetes.is(name, "Ready"));
    }

    private static void patch(String name, String change) {
        kubernetes
                .client()
                .resources(KVCachePool.class)
                .inNamespace(DemoKubernetes.NAMESPACE)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), change);
    }

    private static boolean isRolled(String pool, Predicate<Pod> isNew) {
        var status = kubernetes.pool(pool).getStatus();
        return kubernetes.is(pool, "Ready")
                && status.rollout() != null
                && status.rollout().phase() == Phase.Complete
                && pods(pool).size() == NODES
                && pods(pool).stream().allMatch(isNew);
    }

    private static List<Pod> pods(String pool) {
        return kubernetes.pods(DemoKubernetes.NAMESPACE).stream()
                .filter(pod -> pool.equals(pod.getMetadata().getLabels().get("app.kubernetes.io/instance")))
                .sorted((one, other) -> one.getMetadata()
                        .getName()
                        .compareTo(other.getMetadata().getName()))
                .toList();
    }

    private static List<String> uids(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getUid()).toList();
    }

    private static String image(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getImage();
    }

    private static int restartCount(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    private static boolean isCrashing(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getContainerStatuses().stream()
                        .anyMatch(status -> status.getState() != null
                                && status.getState().getWaiting() != null
                                && "CrashLoopBackOff"
                                        .equals(status.getState().getWaiting().getReason()));
    }

    private static List<String> restarts(String pool) {
        return kubernetes.client().v1().events().inNamespace(DemoKubernetes.NAMESPACE).list().getItems().stream()
                .filter(event -> "NodeRestarted".equals(event.getReason())
                        && pool.equals(event.getInvolvedObject().getName()))
                .map(event -> event.getMessage())
                .toList();
    }

    private static void store(String pool) {
        try (var jedis = new Jedis(kubernetes.redis(pool, DemoKubernetes.nodeName(0)))) {
            IntStream.range(0, VALUES).forEach(number -> jedis.set(key(number), value(number)));
        }
    }

    /** How many values are there, after comparing each with what was stored. */
    private static long stillThere(String pool) {
        try (var jedis = new Jedis(kubernetes.redis(pool, DemoKubernetes.nodeName(1)))) {
            var found = IntStream.range(0, VALUES).boxed().collect(Collectors.toMap(number -> number, number -> {
                var value = jedis.get(key(number));
                assertThat(value == null || Arrays.equals(value, value(number)))
                        .as("value " + number)
                        .isTrue();
                return value != null;
            }));
            return found.values().stream().filter(there -> there).count();
        }
    }

    /** As LMCache names a chunk. */
    private static byte[] key(int number) {
        return "%s@01000100@0@%064x".formatted(DemoOptions.MODEL, number).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] value(int number) {
        var value = new byte[BYTES];
        Arrays.fill(value, (byte) number);
        return value;
    }
}
