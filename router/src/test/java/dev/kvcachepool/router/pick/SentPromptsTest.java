package dev.kvcachepool.router.pick;

import static dev.kvcachepool.router.pick.FakeAdverts.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.ManualClock;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SentPromptsTest {
    private static final SaltKey SALT_KEY = new SaltKey("secret");
    private static final Namespace SPACE = Namespace.of(MODEL.name(), MODEL.scheme(), SALT_KEY.tag(""));
    /** As many samples as tell, the time that the last of them has, and a look. */
    private static final int TURNS = SentPrompts.UNMET + 32;

    private final ManualClock clock = new ManualClock();
    private final FakeAdverts adverts = new FakeAdverts().counting().node("n0", Liveness.FRESH, MODEL);
    private final PoolNodes nodes = new PoolNodes(adverts, FakeAdverts.POOL, Placement.POOLED, clock);
    private final Picker picker = picker();
    private final List<Mismatch> told = new ArrayList<>();
    private int prompts;

    @BeforeEach
    void listen() {
        picker.sent().listen(told::add);
        adverts.hold("n0", SPACE, chain(tokensOf(1_000_000)));
    }

    @Test
    void engineThatNamesChunksOtherwiseIsToldOnce() {
        // When nothing of what is sent comes back, for longer than that may take
        turns(TURNS + 10);
        // Then
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().kind()).isEqualTo(Mismatch.Kind.PROMPTS);
        assertThat(told.getFirst().sentence())
                .isEqualTo("model llama: cache-nodes hold chunks, and none of those of prompts that engines were sent,"
                        + " the pool declares lmcache-blake3 over chunks of 4 tokens");
        assertThat(picker.sent().mismatches()).hasSize(1);
    }

    @Test
    void promptsThatComeBackLateAreNoMismatch() {
        // Given
        int[] first = turn();
        turns(20);
        assertThat(told).isEmpty();
        // When the first one is stored, and nothing else ever
        adverts.hold("n0", SPACE, chain(first));
        turns(29);
        // Then
        assertThat(told).isEmpty();
        assertThat(picker.sent().mismatches()).isEmpty();
    }

    @Test
    void oneThatIsMetEndsIt() {
        // Given
        turns(TURNS);
        assertThat(picker.sent().mismatches()).hasSize(1);
        // When
        var prompt = tokensOf(7);
        adverts.hold("n0", SPACE, chain(prompt));
        pick(prompt);
        // Then
        assertThat(picker.sent().mismatches()).isEmpty();
        // When it is so again
        turns(TURNS);
        assertThat(told).hasSize(2);
    }

    @Test
    void nodesThatHoldNothingHoldNothingNamedOtherwise() {
        // Given
        adverts.hold("n0", SPACE, List.of());
        // When
        turns(2 * TURNS);
        // Then
        assertThat(told).isEmpty();
    }

    @Test
    void callersThatOnlyAskSendNothing() {
        // When
        for (int i = 0; i < 2 * TURNS; i++) {
            picker.rank(request(tokensOf(++prompts)));
            clock.advanceMillis(SentPrompts.EVERY.toMillis());
        }
        // Then
        assertThat(picker.sent().mismatches()).isEmpty();
    }

    @Test
    void isForgottenWithTheTraffic() {
        // Given
        turns(TURNS);
        assertThat(picker.sent().mismatches()).hasSize(1);
        // When nobody asks anything any more
        for (int i = 0; i < 4; i++) {
            clock.advanceMillis(SentPrompts.WITHIN.toMillis());
            assertThat(picker.sent().mismatches()).hasSizeLessThan(2);
        }
        // Then
        assertThat(picker.sent().mismatches()).isEmpty();
    }

    @Test
    void manyPicksAtATimeAreOneSample() {
        // When
        for (int i = 0; i < 1000; i++) {
            pick(tokensOf(++prompts));
        }
        clock.advanceMillis(SentPrompts.WITHIN.plusMinutes(1).toMillis());
        // Then
        assertThat(picker.sent().mismatches()).isEmpty();
    }

    @Test
    void whatNodesSayAlikeIsOneAndSilentOnesSayNothing() {
        // Given
        var hash = new Mismatch(Mismatch.Kind.HASH, "llama", "256", "64", 3);
        var bytes = new Mismatch(Mismatch.Kind.VALUE_BYTES, "llama", "1", "2", 1);
        adverts.node("n1", Liveness.FRESH, MODEL)
                .node("n2", Liveness.NOT_PICKED, MODEL)
                .mismatched("n0", hash)
                .mismatched("n1", hash, bytes)
                .mismatched("n2", hash);
        turns(TURNS);
        // When
        var all = new PoolMismatches(nodes, picker.sent()).now();
        // Then
        assertThat(all)
                .containsSubsequence(new Mismatch(Mismatch.Kind.HASH, "llama", "256", "64", 6), bytes)
                .extracting(Mismatch::kind)
                .containsExactly(Mismatch.Kind.HASH, Mismatch.Kind.VALUE_BYTES, Mismatch.Kind.PROMPTS);
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            turn();
        }
    }

    /** Another prompt, and the time until the next may be remembered. */
    private int[] turn() {
        var prompt = tokensOf(++prompts);
        pick(prompt);
        clock.advanceMillis(SentPrompts.EVERY.toMillis());
        return prompt;
    }

    private void pick(int[] prompt) {
        assertThat(picker.pick(request(prompt), Ending.UNSEEN).ticket()).isNotNull();
    }

    private static PickRequest request(int[] prompt) {
        return new PickRequest(MODEL.name(), "", new Prompt.Tokens(prompt), Set.of());
    }

    private static int[] tokensOf(int number) {
        return IntStream.range(0, 9).map(i -> number).toArray();
    }

    private static List<BlockHash> chain(int[] prompt) {
        return BlockHashers.of(HashScheme.LMCACHE_BLAKE3, MODEL.chunkTokens()).chain(prompt).stream()
                .map(BlockHash::of)
                .toList();
    }

    private Picker picker() {
        var endpoints = new Endpoints(
                List.of(EndpointSpec.parse("e0=http://h:1")),
                PrefillRates.computing(1000),
                clock,
                RandomGenerator.getDefault());
        var steering = new Steering(
                new PoolModels(adverts, FakeAdverts.POOL, clock), SALT_KEY, BlockHashers::of, new ChainCache(1 << 20));
        return new Picker(endpoints, Policy.ADVERTS, new TtftEstimator(), steering, new Holdings(nodes));
    }
}
