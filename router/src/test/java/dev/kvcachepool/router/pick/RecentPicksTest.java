package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.endpoint.Ending;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentPicksTest {
    private static final int ENDPOINTS = RecentPicks.CANDIDATES + 3;

    private final FakeAdverts adverts = new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL);
    private final TestPool pool = TestPool.of(
            adverts,
            IntStream.range(0, ENDPOINTS)
                    .mapToObj(i -> "e" + i + "=http://h:" + (i + 1) + (i == 5 ? "@n0" : ""))
                    .toList());

    private static PickRequest request(int... tokens) {
        return new PickRequest(FakeAdverts.MODEL.name(), "", new Prompt.Tokens(tokens), Set.of());
    }

    private List<RecentPicks.Pick> latest() {
        return pool.picker().recent().latest();
    }

    @Test
    void saysWhatAPickWeighedAndWhoWon() {
        // Given
        pool.holds("n0", 1, 2, 3, 4);

        // When
        var picked = pool.picker().pick(request(1, 2, 3, 4, 5, 6, 7, 8, 9), Ending.UNSEEN);

        // Then
        assertThat(latest()).hasSize(1);
        var pick = latest().getFirst();
        assertThat(pick.number()).isEqualTo(1);
        assertThat(pick.basis()).isEqualTo(Ranking.Basis.PREFIX);
        assertThat(pick.tokens()).isEqualTo(9);
        assertThat(pick.blocks()).isEqualTo(2);
        assertThat(pick.loadAlone()).isEmpty();
        assertThat(pick.candidates()).isEqualTo(ENDPOINTS);
        assertThat(pick.best()).hasSize(RecentPicks.CANDIDATES);
        var best = pick.best().getFirst();
        assertThat(best.endpoint()).isEqualTo("e5");
        assertThat(best.estimate())
                .isEqualTo(picked.ranking().ranked().getFirst().estimate());
        assertThat(best.estimate().missingTokens()).isEqualTo(5);
    }

    @Test
    void keepsTheLastOnesLatestFirst() {
        // When
        for (int i = 0; i < RecentPicks.KEPT + 5; i++) {
            pool.picker().pick(request(i + 1), Ending.UNSEEN);
        }

        // Then
        assertThat(latest()).hasSize(RecentPicks.KEPT);
        assertThat(latest())
                .extracting(RecentPicks.Pick::number)
                .containsExactlyElementsOf(IntStream.range(0, RecentPicks.KEPT)
                        .mapToObj(i -> RecentPicks.KEPT + 5L - i)
                        .toList());
    }

    @Test
    void doesNotCountWhoOnlyAsks() {
        // When
        pool.picker().rank(request(1, 2, 3));

        // Then
        assertThat(latest()).isEmpty();
    }

    @Test
    void saysThatNobodyWasThere() {
        // Given
        var empty = TestPool.of(adverts, List.of());

        // When
        empty.picker().pick(request(1, 2, 3), Ending.UNSEEN);

        // Then
        var pick = empty.picker().recent().latest().getFirst();
        assertThat(pick.basis()).isEqualTo(Ranking.Basis.NO_ENDPOINT);
        assertThat(pick.best()).isEmpty();
    }

    @Test
    void countsEveryPickOfManyThreads() throws Exception {
        // Given
        int picks = 2_000;

        // When
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var done : threads.invokeAll(IntStream.range(0, picks)
                    .mapToObj(i -> (Callable<?>) () -> pool.picker().pick(request(1, 2, 3), Ending.UNSEEN))
                    .toList())) {
                done.get();
            }
        }

        // Then
        assertThat(latest()).hasSize(RecentPicks.KEPT);
        assertThat(latest().getFirst().number()).isEqualTo(picks);
    }
}
