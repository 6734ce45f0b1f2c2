package dev.kvcachepool.router.pick;

import static dev.kvcachepool.router.pick.FakeAdverts.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.Tier;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.ManualClock;
import dev.kvcachepool.router.policy.PromptSize;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an engine has besides what the adverts say. */
class EngineMemoryTest {
    private static final Namespace SPACE = new Namespace(1);
    private static final List<BlockHash> CHAIN =
            BlockHashers.of(HashScheme.LMCACHE_BLAKE3, 4)
                    .chain(IntStream.range(0, 40).toArray())
                    .stream()
                    .map(BlockHash::of)
                    .toList();

    private final ManualClock clock = new ManualClock();
    private final FakeAdverts adverts = new FakeAdverts().nodeAt("n", "n", "w", MODEL);
    private final Endpoints endpoints = new Endpoints(
            List.of(EndpointSpec.parse("e=http://127.0.0.1:1@n"), EndpointSpec.parse("f=http://127.0.0.1:2@n")),
            PrefillRates.computing(1000),
            clock,
            RandomGenerator.getDefault());

    @Test
    void anEnginesMemoryGoesOnWhereTheAdvertsEnd() {
        // Given three blocks at the cache-node beside both, and the two after them in one engine
        adverts.hold("n", SPACE, CHAIN.subList(0, 3));
        EngineMemory memory = (engine, namespace, chain, from, groups) ->
                engine.equals("e") && namespace.equals(SPACE) && chain.equals(CHAIN) && from == 3 ? 2 : 0;
        var nodes = new PoolNodes(adverts, FakeAdverts.POOL, Placement.NODE_LOCAL, clock);
        var plan =
                new Steering.Plan(SPACE, "lmcache-blake3", CHAIN, new PromptSize(40, CHAIN.size(), 4), List.of(0), "");
        // When
        var held = new Holdings(nodes, memory).of(endpoints.all(), plan);
        // Then
        assertThat(held.get(0).match().blocks()).isEqualTo(5);
        assertThat(held.get(0).match().on(Tier.ENGINE_HOST)).isEqualTo(2);
        assertThat(held.get(0).match().on(Tier.HOST)).isEqualTo(3);
        assertThat(held.get(1).match().blocks()).isEqualTo(3);
    }
}
