package dev.kvcachepool.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.AutoscalingStatus;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.KVCachePoolStatus;
import dev.kvcachepool.crds.NodeStatus;
import dev.kvcachepool.crds.NodeStatus.TierStatus;
import dev.kvcachepool.crds.RolloutStatus;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.probe.Findings;
import dev.kvcachepool.operator.probe.Findings.MismatchView;
import dev.kvcachepool.operator.probe.Findings.RouterView;
import dev.kvcachepool.operator.probe.NodeView;
import dev.kvcachepool.operator.probe.NodeView.TierView;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PoolStatusTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Workload TWO_READY = new Workload(2, 2, 2, true);
    private static final Workload ONE_READY = new Workload(1, 1, 1, true);
    private static final Findings WELL = new Findings(List.of(), null, null, List.of(), new RouterView(true, 2, 4));

    private final PoolStatus statuses = at(NOW);
    private final KVCachePool pool = pool("""
        models: [{name: demo, chunkTokens: 512, hashScheme: lmcache-blake3}]
        router: {engines: {selector: {matchLabels: {app: engine}}}}
        """);

    private static PoolStatus at(Instant time) {
        return new PoolStatus(new Release("1.2.3", "node", "router"), Clock.fixed(time, ZoneOffset.UTC));
    }

    private static KVCachePool pool(String spec) {
        return new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n, generation: 7}
            spec:
              replicas: 2
              tiers: {host: {size: 1Gi}}
              adverts: {bootstrapServers: "kafka:9092"}
            """ + spec.indent(2), KVCachePool.class);
    }

    private static Condition condition(KVCachePoolStatus status, ConditionType type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type.name()))
                .findFirst()
                .orElseThrow();
    }

    private static String is(KVCachePoolStatus status, ConditionType type) {
        return condition(status, type).getStatus() + " "
                + condition(status, type).getReason();
    }

    static Stream<Observed> everyPath() {
        var trouble = List.of(new Trouble("Forbidden", "no"));
        var bad = new Findings(List.of("Secret a is missing"), "Kafka is away", "topic is wrong", List.of(), null);
        return Stream.of(
                new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), WELL),
                new Observed(true, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), WELL),
                new Observed(false, Workload.UNKNOWN, Workload.UNKNOWN, List.of(), List.of(), List.of(), null),
                new Observed(false, Workload.UNKNOWN, null, trouble, trouble, List.of(), bad),
                new Observed(false, new Workload(0, 0, 0, true), null, List.of(), List.of(), List.of(), bad));
    }

    @ParameterizedTest
    @MethodSource("everyPath")
    void everyConditionIsSetOnEveryPath(Observed observed) {
        // When
        var status = statuses.of(pool, observed);
        // Then
        assertThat(status.conditions())
                .extracting(Condition::getType)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ConditionType.values()).map(Enum::name).toList());
        assertThat(status.conditions()).allSatisfy(condition -> {
            assertThat(condition.getReason()).isNotBlank();
            assertThat(condition.getMessage()).isNotBlank();
            assertThat(condition.getObservedGeneration()).isEqualTo(7);
            assertThat(condition.getLastTransitionTime()).isNotBlank();
        });
        assertThat(status.observedGeneration()).isEqualTo(7);
    }

    @Test
    void aPoolThatServesIsReadyAndSteerable() {
        // When
        var status =
                statuses.of(pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), WELL));
        // Then
        assertThat(is(status, ConditionType.Ready)).isEqualTo("True AllServing");
        assertThat(is(status, ConditionType.Progressing)).isEqualTo("False UpToDate");
        assertThat(is(status, ConditionType.Degraded)).isEqualTo("False AsExpected");
        assertThat(is(status, ConditionType.AdvertsPublishing)).isEqualTo("True Publishing");
        assertThat(is(status, ConditionType.Steerable)).isEqualTo("True Steering");
        assertThat(is(status, ConditionType.StorageReady)).isEqualTo("True NoDiskTier");
        assertThat(status.lastAppliedVersion()).isEqualTo("1.2.3");
        assertThat(status.endpoints())
                .isEqualTo(new KVCachePoolStatus.Endpoints(
                        "p.n.svc:6379", null, "p-nodes.n.svc:6379", "http://p-router.n.svc:8080"));
        assertThat(status.advertTopic()).isEqualTo("kvcachepool.n.p.blocks");
    }

    @Test
    void aPoolThatGrowsSaysWhyWhileItDoes() {
        // Given
        var decision = new AutoscalingStatus(
                3,
                "2026-11-24T11:59:00Z",
                "grown from 2 to 3 cache-nodes: too full",
                "NodesNotServing",
                "not all serve");
        var growing = new Workload(3, 2, 2, true);
        var observed = new Observed(false, growing, ONE_READY, List.of(), List.of(), List.of(), WELL).with(decision);
        // When
        var status = statuses.of(pool, observed);
        // Then
        assertThat(status.autoscaling()).isEqualTo(decision);
        assertThat(condition(status, ConditionType.Progressing).getMessage())
                .isEqualTo(
                        "2 of 3 cache-nodes are of the newest form, 2 serve; grown from 2 to 3 cache-nodes: too full");
    }

    @Test
    void whatTheRouterKnowsOfTheNodesStaysWhileItIsSilent() {
        // Given
        var node = new NodeView("p-0", "Serving", 5, "k1", List.of(new TierView("host", 1L << 30, 1L << 29)));
        var well = new Findings(
                List.of(), null, null, List.of(), new RouterView(true, 1, 4, List.of(node), List.of(), 40));
        var silent = new Findings(List.of(), null, null, List.of(), null);
        // When
        var status =
                statuses.of(pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), well));
        pool.setStatus(status);
        var later =
                statuses.of(pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), silent));
        // Then
        assertThat(status.nodes())
                .containsExactly(
                        new NodeStatus("p-0", "Serving", 5L, "k1", List.of(new TierStatus("host", "1Gi", "512Mi"))));
        assertThat(status.capacity()).isEqualTo("1Gi");
        assertThat(status.used()).isEqualTo("512Mi");
        assertThat(status.hitRatio()).isEqualTo(40);
        assertThat(later.nodes()).isEqualTo(status.nodes());
        assertThat(later.hitRatio()).isEqualTo(40);
    }

    @Test
    void aStalledRollDegradesThePoolAndIsNamed() {
        // Given
        var stalled = new RolloutStatus(RolloutStatus.Phase.Stalled, "p-1", "p-1 has not served");
        // When
        var status = statuses.of(
                pool,
                new Observed(
                        false,
                        new Workload(2, 1, 1, true),
                        ONE_READY,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        WELL,
                        stalled));
        // Then
        assertThat(is(status, ConditionType.Degraded)).isEqualTo("True RolloutStalled");
        assertThat(condition(status, ConditionType.Progressing).getMessage()).endsWith("serve: p-1 has not served");
        assertThat(status.rollout()).isEqualTo(stalled);
    }

    @Test
    void anApiThatIsMissingDegradesThePoolAndLeavesItReady() {
        // Given
        var lacking = List.of(new Trouble("ApiMissing", "no ServiceMonitor here"));
        // When
        var status = statuses.of(
                pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), lacking, WELL, null));
        // Then
        assertThat(is(status, ConditionType.Degraded)).isEqualTo("True ApiMissing");
        assertThat(is(status, ConditionType.Ready)).startsWith("True");
    }

    @Test
    void sayingTheSameAgainGivesAnEqualStatusWhateverTheTime() {
        // Given
        var observed = new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), WELL);
        pool.setStatus(statuses.of(pool, observed));
        // When
        var later = at(NOW.plusSeconds(3600)).of(pool, observed);
        // Then
        assertThat(later).isEqualTo(pool.getStatus());
    }

    @Test
    void onlyAConditionWhoseStatusChangesGetsANewTime() {
        // Given
        pool.setStatus(
                statuses.of(pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), WELL)));
        var rolling = new Workload(2, 1, 1, true);
        // When
        var later = at(NOW.plusSeconds(60))
                .of(pool, new Observed(false, rolling, ONE_READY, List.of(), List.of(), List.of(), WELL));
        // Then
        assertThat(condition(later, ConditionType.Ready).getLastTransitionTime())
                .isEqualTo("2026-11-24T12:01:00Z");
        assertThat(condition(later, ConditionType.Steerable).getLastTransitionTime())
                .isEqualTo("2026-11-24T12:00:00Z");
        assertThat(PoolStatus.transitions(pool.getStatus(), later))
                .extracting(Condition::getType)
                .contains("Ready", "Progressing")
                .doesNotContain("Steerable");
    }

    @Test
    void kafkaAwayDegradesAPoolThatServesOn() {
        // Given
        var findings = new Findings(
                List.of(), "Kafka at kafka:9092 does not answer", null, List.of(), new RouterView(true, 2, 4));
        // When
        var status =
                statuses.of(pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), findings));
        // Then
        assertThat(is(status, ConditionType.Ready)).isEqualTo("True AllServing");
        assertThat(is(status, ConditionType.Degraded)).isEqualTo("True KafkaUnreachable");
        assertThat(is(status, ConditionType.AdvertsPublishing)).isEqualTo("False KafkaUnreachable");
    }

    @Test
    void anImageThatCannotBePulledIsNamedWhereNodesAreNotReady() {
        // Given
        var pods = List.of(new Trouble("ImagePullBackOff", "pod p-0: ImagePullBackOff; check spec.image"));
        // When
        var status = statuses.of(
                pool, new Observed(false, new Workload(2, 0, 2, true), ONE_READY, List.of(), pods, List.of(), WELL));
        // Then
        assertThat(is(status, ConditionType.Ready)).isEqualTo("False NodesNotReady");
        assertThat(condition(status, ConditionType.Ready).getMessage()).contains("check spec.image");
        assertThat(is(status, ConditionType.Degraded)).isEqualTo("True ImagePullBackOff");
    }

    @Test
    void aPausedPoolSaysHowToGoOnAndClaimsNoVersion() {
        // When
        var status = statuses.of(pool, new Observed(true, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), WELL));
        // Then
        assertThat(condition(status, ConditionType.ReconciliationPaused).getMessage())
                .contains(KVCachePool.PAUSE_ANNOTATION);
        assertThat(status.lastAppliedVersion()).isNull();
        assertThat(status.version()).isEqualTo("1.2.3");
    }

    @Test
    void whatKeepsAPoolFromSteeringIsNamed() {
        // Given
        var unnamed = pool("router: {}");
        var off = pool("router: {enabled: false}");
        var observed = new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), WELL);
        var noEngine = new Findings(List.of(), null, null, List.of(), new RouterView(true, 2, 0));
        // When
        var reasons = Stream.of(
                        statuses.of(unnamed, observed),
                        statuses.of(off, new Observed(false, TWO_READY, null, List.of(), List.of(), List.of(), WELL)),
                        statuses.of(
                                pool,
                                new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), noEngine)))
                .map(status -> is(status, ConditionType.Steerable));
        // Then
        assertThat(reasons).containsExactly("False NoEngineSelector", "False RouterDisabled", "False NoEngines");
    }

    @ParameterizedTest
    @CsvSource({
        "model, ModelNotDeclared",
        "hash, HashSchemeDiffers",
        "chunk-tokens, ChunkSizeDiffers",
        "value-bytes, ValueSizeDiffers",
        "prompts, PromptsNotStored",
        "of-the-future, EnginesDiffer"
    })
    void enginesThatDifferFromThePoolAreSaid(String kind, String reason) {
        // Given
        var view = new RouterView(
                true,
                2,
                4,
                List.of(),
                List.of(new MismatchView(kind, "model a: engines do this, the pool that")),
                null);
        var findings = new Findings(List.of(), null, null, List.of(), view);
        // When
        var status =
                statuses.of(pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), findings));
        // Then
        assertThat(is(status, ConditionType.Steerable)).isEqualTo("False " + reason);
        assertThat(condition(status, ConditionType.Steerable).getMessage())
                .isEqualTo("model a: engines do this, the pool that; make spec.models and the engines' settings alike");
        assertThat(is(status, ConditionType.Ready)).startsWith("True");
    }

    @Test
    void ofManyThatDifferSomeAreNamed() {
        // Given
        var many = IntStream.range(0, 100)
                .mapToObj(i -> new MismatchView("model", "model " + i + ": differs"))
                .toList();
        var findings =
                new Findings(List.of(), null, null, List.of(), new RouterView(true, 2, 4, List.of(), many, null));
        // When
        var status =
                statuses.of(pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), findings));
        // Then
        assertThat(condition(status, ConditionType.Steerable).getMessage())
                .startsWith("model 0: differs; model 1: differs; ")
                .contains("model 7: differs; and 92 more; make spec.models");
    }

    @Test
    void whatTheRoutersMountAndIsMissingIsNamedAndIsNoMatterOfTheAdverts() {
        // Given
        var sentence = "Secret n/picker, which spec.router.gateway.tlsSecretRef names, does not exist";
        var findings = new Findings(
                List.of(),
                null,
                null,
                List.of(new Findings.Absent("SecretMissing", sentence)),
                new RouterView(true, 2, 4));
        // When
        var status =
                statuses.of(pool, new Observed(false, TWO_READY, ONE_READY, List.of(), List.of(), List.of(), findings));
        // Then
        assertThat(is(status, ConditionType.Degraded)).isEqualTo("True SecretMissing");
        assertThat(condition(status, ConditionType.Degraded).getMessage()).isEqualTo(sentence);
        assertThat(is(status, ConditionType.AdvertsPublishing)).isEqualTo("True Publishing");
    }
}
