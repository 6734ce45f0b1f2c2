package dev.kvcachepool.router.pick;

import static dev.kvcachepool.router.pick.FakeAdverts.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.NodeRef;
import dev.kvcachepool.router.endpoint.Origin;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Picks by many threads while pods come and go. */
class ChangingEndpointsTest {
    private static final int PODS = 12;
    private static final int PICKERS = 3;
    private static final int PICKS = 3000;

    private final long seed = System.nanoTime();
    private final FakeAdverts adverts = new FakeAdverts();
    private final Endpoints endpoints = new Endpoints(
            List.of(EndpointSpec.parse("fixed=http://h:1")),
            PrefillRates.computing(1e9),
            System::nanoTime,
            RandomGenerator.getDefault());
    private final Set<Endpoint> seen = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    @Test
    void everyPickFindsOneAndAllWorkIsGivenBack() throws Exception {
        // Given
        System.out.println("ChangingEndpointsTest seed " + seed);
        for (int i = 0; i < PODS; i++) {
            adverts.nodeAt("n" + i, "p" + i, "w" + i, MODEL);
        }
        var picker = picker();
        var done = new AtomicBoolean();

        // When
        int picked = 0;
        try (var threads = Executors.newFixedThreadPool(PICKERS + 1)) {
            var churn = threads.submit(() -> churn(done));
            var picks = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < PICKERS; i++) {
                var random = new Random(seed + i);
                picks.add(() -> pickMany(picker, random));
            }
            for (var result : threads.invokeAll(picks)) {
                picked += result.get();
            }
            done.set(true);
            churn.get();
        }

        // Then
        assertThat(picked).isEqualTo(PICKERS * PICKS);
        assertThat(seen)
                .hasSizeGreaterThan(PODS / 2)
                .allSatisfy(endpoint -> assertThat(
                                endpoint.load(new Namespace(0), List.of()).outstanding())
                        .isZero());
    }

    @Test
    void oneThatLeftIsPickedNoMore() {
        // Given
        endpoints.present(pod(0));
        endpoints.present(pod(1));
        var picker = picker();
        endpoints.absent("p0");

        // When
        var names = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            var picked = picker.pick(request(new Random(seed)), Ending.FIRST_BYTE);
            names.add(picked.ranking().ranked().getFirst().endpoint().name());
        }

        // Then
        assertThat(names).doesNotContain("p0").contains("p1", "fixed");
    }

    private Void churn(AtomicBoolean done) {
        var random = new Random(seed);
        while (!done.get()) {
            var number = random.nextInt(PODS);
            if (random.nextBoolean()) {
                endpoints.present(pod(number));
            } else {
                endpoints.absent("p" + number);
            }
        }
        return null;
    }

    private int pickMany(Picker picker, Random random) {
        int picked = 0;
        for (int i = 0; i < PICKS; i++) {
            var choice = picker.pick(request(random), Ending.FIRST_BYTE);
            var ticket = choice.ticket();
            if (ticket != null) {
                picked++;
                seen.add(choice.ranking().ranked().getFirst().endpoint());
                ticket.firstByte();
                ticket.complete();
            }
        }
        return picked;
    }

    private static EndpointSpec pod(int number) {
        return new EndpointSpec(
                "p" + number,
                URI.create("http://h:" + (number + 1)),
                new NodeRef.KubernetesNode("w" + number),
                "w" + number,
                Origin.POD);
    }

    private static PickRequest request(Random random) {
        var tokens = random.ints(40, 0, 1000).toArray();
        return new PickRequest("llama", "", new Prompt.Tokens(tokens), Set.of());
    }

    private Picker picker() {
        var steering = new Steering(
                new PoolModels(adverts, FakeAdverts.POOL, System::nanoTime),
                new SaltKey("k"),
                BlockHashers::of,
                new ChainCache(1 << 20));
        return new Picker(
                endpoints,
                Policy.ADVERTS,
                new TtftEstimator(),
                steering,
                new Holdings(new PoolNodes(adverts, FakeAdverts.POOL, Placement.NODE_LOCAL, System::nanoTime)));
    }
}
