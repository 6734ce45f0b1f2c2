package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.ManualClock;
import dev.kvcachepool.router.endpoint.TenantLoads;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import dev.kvcachepool.router.prefill.PrefillWork;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a pick makes of whose request it is; engines compute a thousand tokens a second. */
class CallersTest {
    private final ManualClock clock = new ManualClock();
    private final FakeAdverts adverts = new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL);
    private final Endpoints endpoints = new Endpoints(
            List.of(EndpointSpec.parse("e0=http://h:1"), EndpointSpec.parse("e1=http://h:2")),
            PrefillRates.computing(1000),
            clock,
            RandomGenerator.getDefault());
    private final Picker picker = picker();

    @Test
    void aConversationInTextGoesBackToWhoHadItsLast() {
        // Given a first turn, and a second of another, which makes the other endpoint the idler one
        var first = pick("", "mine", 2_000);
        pick("", "other", 3_000);
        clock.advanceMillis(60_000);
        endpoints.all().forEach(endpoint -> endpoint.load(new Namespace(0), List.of()));

        // When
        var second = pick("", "mine", 2_500);

        // Then
        var best = second.ranking().ranked().getFirst();
        assertThat(best.endpoint().name()).isEqualTo(nameOf(first));
        assertThat(second.ranking().basis()).isEqualTo(Ranking.Basis.SESSION);
        assertThat(best.estimate().missingTokens()).isEqualTo(500);
        assertThat(best.reason()).contains("had its session's last 2000 tokens");
    }

    @Test
    void aConversationDoesNotWaitLongerThanComputingItAnewTakes() {
        // Given its engine has ten seconds of work
        var first = pick("", "mine", 2_000);
        endpoints
                .named(nameOf(first))
                .orElseThrow()
                .book(PrefillWork.computing(10_000), new Namespace(0), List.of(), Ending.FIRST_BYTE);

        // When
        var second = pick("", "mine", 2_500);

        // Then
        assertThat(nameOf(second)).isNotEqualTo(nameOf(first));
        assertThat(second.ranking().basis()).isEqualTo(Ranking.Basis.LOAD_ALONE);
    }

    @Test
    void aTenantThatFloodsIsRefusedWhileOthersHaveWorkUnderWay() {
        // Given
        for (int i = 0; i < 16; i++) {
            assertThat(pickSeen("flood").ticket()).isNotNull();
        }
        var other = pickSeen("other");

        // When
        var refused = pickSeen("flood");
        var again = pickSeen("other");

        // Then
        assertThat(refused.ticket()).isNull();
        assertThat(refused.ranking().ranked()).isEmpty();
        assertThat(refused.ranking().basis()).isEqualTo(Ranking.Basis.OVER_SHARE);
        assertThat(refused.ranking().nobody()).matches("try again in [34] s");
        assertThat(again.ticket()).isNotNull();

        // And when the others have theirs
        Objects.requireNonNull(other.ticket()).complete();
        Objects.requireNonNull(again.ticket()).complete();

        // Then
        assertThat(pickSeen("flood").ticket()).isNotNull();
    }

    @Test
    void withoutATenantTheSaltTells() {
        // Given
        for (int i = 0; i < 16; i++) {
            picker.pick(request("", "", 1_000, "alice"), Ending.FIRST_BYTE);
        }
        picker.pick(request("", "", 1_000, "bob"), Ending.FIRST_BYTE);

        // When, Then
        assertThat(picker.pick(request("", "", 1_000, "alice"), Ending.FIRST_BYTE)
                        .ticket())
                .isNull();
        assertThat(picker.pick(request("", "", 1_000, "bob"), Ending.FIRST_BYTE).ticket())
                .isNotNull();
        assertThat(picker.rank(request("", "", 1_000, "alice")).ranked()).hasSize(2);
    }

    private Picker.Picked pickSeen(String tenant) {
        return picker.pick(request(tenant, "", 1_000, ""), Ending.FIRST_BYTE);
    }

    private Picker.Picked pick(String tenant, String session, long tokens) {
        return picker.pick(request(tenant, session, tokens, ""), Ending.UNSEEN);
    }

    private static PickRequest request(String tenant, String session, long tokens, String salt) {
        return new PickRequest("llama", salt, new Prompt.Opaque(tokens, "text"), Set.of(), new Caller(tenant, session));
    }

    private static String nameOf(Picker.Picked picked) {
        return picked.ranking().ranked().getFirst().endpoint().name();
    }

    private Picker picker() {
        var steering = new Steering(
                new PoolModels(adverts, FakeAdverts.POOL, clock),
                new SaltKey("secret"),
                BlockHashers::of,
                new ChainCache(1 << 20));
        return new Picker(
                endpoints,
                Policy.ADVERTS,
                new TtftEstimator(),
                steering,
                new Holdings(new PoolNodes(adverts, FakeAdverts.POOL, Placement.NODE_LOCAL, clock)),
                new TenantLoads(Duration.ofSeconds(5)));
    }
}
