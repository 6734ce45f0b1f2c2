package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.router.policy.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Policies in virtual time, over conversations that all share their first block (a system prompt). */
class PoolSimulationTest {
    private static final int NODES = 8;
    private static final double RATE = 3_000;

    private final long seed = System.nanoTime();

    @Test
    void advertsBeatsLoadAloneAndRoundRobinAndKeepsMorePrefixes() {
        // Given
        System.out.println("PoolSimulationTest seed " + seed);
        var requests = conversations(new Random(seed));

        // When
        var adverts = run(Policy.ADVERTS, requests);
        var leastLoaded = run(Policy.LEAST_LOADED, requests);
        var roundRobin = run(Policy.ROUND_ROBIN, requests);

        // Then
        assertThat(adverts.meanTtft()).isLessThan(leastLoaded.meanTtft()).isLessThan(roundRobin.meanTtft());
        assertThat(adverts.hitRatio()).isGreaterThan(1.5 * roundRobin.hitRatio());
    }

    @Test
    void aFirstBlockThatAllShareDoesNotDrawAllToOneNode() {
        // Given
        System.out.println("PoolSimulationTest seed " + seed);
        var requests = conversations(new Random(seed));

        // When
        var result = run(Policy.ADVERTS, requests);

        // Then
        assertThat(result.requestsOfNode())
                .allSatisfy(count -> assertThat(count).isLessThan(requests.size() / 2));
    }

    private PoolSimulation.Result run(Policy policy, List<PoolSimulation.Request> requests) {
        return new PoolSimulation(policy, NODES, 1000, RATE, 0.1, seed).run(requests);
    }

    private static List<PoolSimulation.Request> conversations(Random random) {
        var requests = new ArrayList<PoolSimulation.Request>();
        int nextBlock = 1;
        for (int conversation = 0; conversation < 60; conversation++) {
            var at = random.nextDouble() * 100;
            var blocks = new ArrayList<>(List.of(0));
            for (int turn = 0; turn < 8; turn++) {
                for (int added = 1 + random.nextInt(12); added > 0; added--) {
                    blocks.add(nextBlock++);
                }
                requests.add(new PoolSimulation.Request(at, blocks.size() * 512, 100, List.copyOf(blocks)));
                at += 5 + random.nextDouble() * 20;
            }
        }
        requests.sort(Comparator.comparingDouble(PoolSimulation.Request::at));
        return requests;
    }
}
