package dev.kvcachepool.cachenode.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final Member A = member("a", 1, NodeState.SERVING);
    private static final Member B = member("b", 1, NodeState.SERVING);

    private final AtomicLong nanos = new AtomicLong(1);
    private final Placement placement = new Placement(A.id(), WINDOW, nanos::get);

    @Test
    void whoHasHeardOfNobodyHasNoHomes() {
        assertThat(placement.isKnown()).isFalse();
        assertThat(placement.route(key(1)).home()).isNull();
    }

    @Test
    void onlyThoseWhoServeAreHomes() {
        // When
        placement.adopt(List.of(A, member("b", 1, NodeState.STARTING), member("c", 1, NodeState.DRAINING)));
        // Then
        for (int i = 0; i < 100; i++) {
            assertThat(placement.route(key(i)).home()).isEqualTo(A);
        }
        assertThat(placement.others()).extracting("id").containsExactly(new HolderId("c"));
    }

    @Test
    void aNewcomerTakesThoseWhoServeOrDrainAtItsFirstViewForEarlierHomes() {
        // Given
        var draining = member("d", 1, NodeState.DRAINING);
        placement.adopt(List.of(B, draining));
        // When
        placement.adopt(List.of(A, B, draining));
        // Then
        var earlier = java.util.stream.IntStream.range(0, 200)
                .mapToObj(i -> placement.route(key(i)))
                .filter(Route::here)
                .flatMap(route -> route.earlier().stream())
                .toList();
        assertThat(earlier).contains(B, draining);
    }

    @Test
    void afterTheWindowNobodyIsAskedAnyMore() {
        // Given
        placement.adopt(List.of(A));
        placement.adopt(List.of(A, B));
        assertThat(placement.route(key(1)).settling()).isTrue();
        // When
        nanos.addAndGet(WINDOW.toNanos());
        // Then
        assertThat(placement.route(key(1)).settling()).isFalse();
        assertThat(placement.route(key(1)).earlier()).isEmpty();
    }

    @Test
    void whatDoesNotMoveHomesOpensNoWindow() {
        // Given
        placement.adopt(List.of(A, B));
        nanos.addAndGet(WINDOW.toNanos());
        // When
        boolean changed = placement.adopt(List.of(A, B, member("c", 1, NodeState.STARTING)));
        // Then
        assertThat(changed).isTrue();
        assertThat(placement.route(key(1)).settling()).isFalse();
    }

    @Test
    void aViewIsAdoptedOnlyWhenNobodyActsUnderTheOneBefore() throws InterruptedException {
        // Given
        placement.adopt(List.of(A));
        var route = placement.route(key(1));
        assertThat(placement.enter(route)).isTrue();
        // When
        var adopting = Thread.ofPlatform().start(() -> placement.adopt(List.of(A, B)));
        Awaitility.await().until(() -> adopting.getState() == Thread.State.WAITING);
        // Then
        assertThat(placement.view().serving()).containsExactly(A);
        placement.leave();
        adopting.join();
        assertThat(placement.view().serving()).containsExactly(A, B);
        assertThat(placement.enter(route)).isFalse();
        placement.leave();
    }

    @Test
    void whoIsToldMoreWaitsUntilItKnowsAsMuch() throws InterruptedException {
        // Given
        placement.adopt(List.of(A));
        var told = Map.of(A.id(), A.life(), B.id(), B.life());
        assertThat(placement.awaitCovers(told, Duration.ofMillis(20))).isFalse();
        var waiting = new boolean[1];
        var thread = Thread.ofPlatform().start(() -> {
            try {
                waiting[0] = placement.awaitCovers(told, Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        // When
        placement.adopt(List.of(A, B));
        thread.join();
        // Then
        assertThat(waiting[0]).isTrue();
    }

    @Test
    void knowledgeOfANodeOnlyRises() throws InterruptedException {
        // Given
        placement.adopt(List.of(A, member("b", 2, NodeState.DRAINING)));
        // When / Then
        assertThat(covers(1, NodeState.GONE)).isTrue();
        assertThat(covers(2, NodeState.SERVING)).isTrue();
        assertThat(covers(2, NodeState.DRAINING)).isTrue();
        assertThat(covers(2, NodeState.GONE)).isFalse();
        assertThat(covers(3, NodeState.STARTING)).isFalse();
        placement.adopt(List.of(A));
        assertThat(covers(2, NodeState.DRAINING)).isTrue();
        assertThat(covers(3, NodeState.SERVING)).isFalse();
    }

    private boolean covers(long incarnation, NodeState state) throws InterruptedException {
        return placement.awaitCovers(Map.of(B.id(), new Life(incarnation, state)), Duration.ZERO);
    }

    private static byte[] key(int i) {
        return ("key" + i).getBytes(StandardCharsets.UTF_8);
    }

    private static Member member(String id, long incarnation, NodeState state) {
        return new Member(new HolderId(id), incarnation, state, "127.0.0.1", 6379);
    }
}
