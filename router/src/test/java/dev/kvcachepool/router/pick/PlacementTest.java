package dev.kvcachepool.router.pick;

import static dev.kvcachepool.router.pick.FakeAdverts.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.ManualClock;
import dev.kvcachepool.router.endpoint.NodeRef;
import dev.kvcachepool.router.endpoint.Origin;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which cache-nodes' blocks count for which endpoints. */
class PlacementTest {
    private static final SaltKey SALT_KEY = new SaltKey("secret");
    private static final int[] PROMPT = IntStream.range(0, 42).toArray();
    private static final List<BlockHash> CHAIN = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, 4).chain(PROMPT).stream()
            .map(BlockHash::of)
            .toList();
    private static final Namespace SPACE = Namespace.of("llama", "lmcache-blake3", SALT_KEY.tag(""));

    private final ManualClock clock = new ManualClock();
    private final FakeAdverts adverts =
            new FakeAdverts().nodeAt("u.p-0", "p-0", "w0", MODEL).nodeAt("u.p-1", "p-1", "w1", MODEL);
    private final Endpoints endpoints =
            new Endpoints(List.of(), PrefillRates.computing(1000), clock, RandomGenerator.getDefault());

    @Test
    void anEngineReadsFromTheCacheNodeOnItsKubernetesNode() {
        // Given
        pod("e0", new NodeRef.KubernetesNode("w0"));
        pod("e1", new NodeRef.KubernetesNode("w1"));
        pod("e2", new NodeRef.KubernetesNode("w2"));
        adverts.hold("u.p-1", SPACE, CHAIN.subList(0, 6));

        // When
        var held = held(Placement.NODE_LOCAL);

        // Then
        assertThat(held).isEqualTo(Map.of("e0", 0, "e1", 6, "e2", 0));
    }

    @Test
    void anAnnotationMayBeAnIdAPodOrAKubernetesNode() {
        // Given
        pod("by-id", new NodeRef.Named("u.p-1"));
        pod("by-pod", new NodeRef.Named("p-1"));
        pod("by-node", new NodeRef.Named("w1"));
        pod("by-mistake", new NodeRef.Named("nobody"));
        adverts.hold("u.p-1", SPACE, CHAIN.subList(0, 6));

        // When
        var held = held(Placement.NODE_LOCAL);

        // Then
        assertThat(held).isEqualTo(Map.of("by-id", 6, "by-pod", 6, "by-node", 6, "by-mistake", 0));
    }

    @Test
    void severalCacheNodesOnOneKubernetesNodeCountTogether() {
        // Given
        adverts.nodeAt("u.p-2", "p-2", "w0", MODEL);
        pod("e0", new NodeRef.KubernetesNode("w0"));
        adverts.hold("u.p-0", SPACE, CHAIN.subList(0, 4));
        adverts.hold("u.p-2", SPACE, CHAIN.subList(4, 9));

        // When
        var held = held(Placement.NODE_LOCAL);

        // Then
        assertThat(held).isEqualTo(Map.of("e0", 9));
    }

    @Test
    void theJoinFollowsTheAdverts() {
        // Given
        pod("e0", new NodeRef.KubernetesNode("w9"));
        var nodes = nodes(Placement.NODE_LOCAL);
        var spec = endpoints.named("e0").orElseThrow().spec();
        assertThat(nodes.idsFor(spec)).isEmpty();

        // When
        adverts.nodeAt("u.p-9", "p-9", "w9", MODEL);
        clock.advanceTo(clock.getAsLong() + PoolNodes.FRESH.toNanos());

        // Then
        assertThat(nodes.idsFor(spec)).containsExactly(new HolderId("u.p-9"));
        adverts.without("u.p-9");
        clock.advanceTo(clock.getAsLong() + PoolNodes.FRESH.toNanos());
        assertThat(nodes.idsFor(spec)).isEmpty();
    }

    @Test
    void whatAnEngineHasItselfCountsForItsOwnEndpoint() {
        // Given
        adverts.engineAt("e0", "w0", MODEL);
        pod("e0", new NodeRef.KubernetesNode("w0"));
        pod("e1", new NodeRef.KubernetesNode("w0"));
        adverts.hold("u.p-0", SPACE, CHAIN.subList(0, 4));
        adverts.hold("e0", SPACE, CHAIN.subList(3, 8));

        // When, Then
        assertThat(held(Placement.NODE_LOCAL)).isEqualTo(Map.of("e0", 8, "e1", 4));
        assertThat(held(Placement.POOLED)).isEqualTo(Map.of("e0", 8, "e1", 4));
        assertThat(nodes(Placement.POOLED).all()).hasSize(2);
    }

    @Test
    void enginesOfOtherNamesAndOtherPoolsCountForNothing() {
        // Given
        adverts.engineAt("engine", "w0", MODEL).node("foreign", "other/pool", Liveness.FRESH, MODEL);
        pod("e0", new NodeRef.KubernetesNode("w0"));
        pod("e1", new NodeRef.Named("engine"));
        pod("e2", new NodeRef.Holder(new HolderId("foreign")));
        adverts.hold("engine", SPACE, CHAIN);
        adverts.hold("foreign", SPACE, CHAIN);

        // When, Then
        assertThat(held(Placement.NODE_LOCAL)).isEqualTo(Map.of("e0", 0, "e1", 0, "e2", 0));
        assertThat(held(Placement.POOLED)).isEqualTo(Map.of("e0", 0, "e1", 0, "e2", 0));
        assertThat(nodes(Placement.POOLED).all()).hasSize(2);
    }

    @Test
    void pooledBlocksAreHeldForAllWhoeverHoldsThem() {
        // Given
        pod("e0", new NodeRef.KubernetesNode("w0"));
        pod("e1", NodeRef.NOBODY);
        adverts.hold("u.p-0", SPACE, CHAIN.subList(0, 4));
        adverts.hold("u.p-1", SPACE, CHAIN.subList(4, 10));

        // When
        var held = held(Placement.POOLED);

        // Then
        assertThat(held).isEqualTo(Map.of("e0", 10, "e1", 10));
    }

    @Test
    void pooledPicksDifferByQueueAlone() {
        // Given
        pod("e0", new NodeRef.KubernetesNode("w0"));
        pod("e1", new NodeRef.KubernetesNode("w1"));
        adverts.hold("u.p-0", SPACE, CHAIN);
        var busy = endpoints.named("e0").orElseThrow();
        busy.book(PrefillWork.computing(10_000), new Namespace(7), List.of(), Ending.FIRST_BYTE);

        // When
        var ranked = picker(Placement.POOLED).rank(request()).ranked();

        // Then
        assertThat(ranked).extracting(place -> place.endpoint().name()).containsExactly("e1", "e0");
        assertThat(ranked.getFirst().estimate().heldBlocks()).isEqualTo(10);
    }

    @Test
    void aNodeOfThePoolThatIsQuietCostsItsShareOfTrust() {
        // Given
        pod("e0", NodeRef.NOBODY);
        adverts.node("q", Liveness.QUIET, MODEL).node("gone", Liveness.NOT_PICKED, MODEL);
        adverts.node("f", Liveness.FRESH, MODEL);
        adverts.hold("u.p-0", SPACE, CHAIN);

        // When
        var best = picker(Placement.POOLED).rank(request()).ranked().getFirst();

        // Then 8 of 10: a quarter of the nodes is believed by half
        assertThat(best.estimate().heldBlocks()).isEqualTo(8);
        assertThat(best.reason()).doesNotContain("quiet");
    }

    @Test
    void withoutEndpointsItSaysSo() {
        // When
        var ranking = picker(Placement.POOLED).rank(request());

        // Then
        assertThat(ranking.ranked()).isEmpty();
        assertThat(ranking.basis()).isEqualTo(Ranking.Basis.NO_ENDPOINT);
        assertThat(ranking.nobody()).isEqualTo("no endpoint: no engine is known at present");
    }

    private Map<String, Integer> held(Placement placement) {
        return picker(placement).rank(request()).ranked().stream()
                .collect(Collectors.toMap(
                        place -> place.endpoint().name(),
                        place -> place.estimate().heldBlocks()));
    }

    private void pod(String name, NodeRef cacheNode) {
        endpoints.present(new EndpointSpec(name, URI.create("http://h:1"), cacheNode, "", Origin.POD));
    }

    private PoolNodes nodes(Placement placement) {
        return new PoolNodes(adverts, FakeAdverts.POOL, placement, clock);
    }

    private Picker picker(Placement placement) {
        var steering = new Steering(
                new PoolModels(adverts, FakeAdverts.POOL, clock), SALT_KEY, BlockHashers::of, new ChainCache(1 << 20));
        return new Picker(endpoints, Policy.ADVERTS, new TtftEstimator(), steering, new Holdings(nodes(placement)));
    }

    private static PickRequest request() {
        return new PickRequest("llama", "", new Prompt.Tokens(PROMPT), Set.of());
    }
}
