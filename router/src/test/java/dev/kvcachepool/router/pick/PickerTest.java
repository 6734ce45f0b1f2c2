package dev.kvcachepool.router.pick;

import static dev.kvcachepool.router.pick.FakeAdverts.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.ManualClock;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PickerTest {
    private static final int[] PROMPT = IntStream.range(0, 42).toArray();
    private static final SaltKey SALT_KEY = new SaltKey("secret");
    private static final List<BlockHash> CHAIN = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, 4).chain(PROMPT).stream()
            .map(BlockHash::of)
            .toList();

    private final ManualClock clock = new ManualClock();
    private final FakeAdverts adverts =
            new FakeAdverts().node("n0", Liveness.FRESH, MODEL).node("n1", Liveness.FRESH, MODEL);
    private final Endpoints endpoints = new Endpoints(
            List.of(
                    EndpointSpec.parse("e0=http://h:1@n0"),
                    EndpointSpec.parse("e1=http://h:2@n1"),
                    EndpointSpec.parse("e2=http://h:3"),
                    EndpointSpec.parse("e3=http://h:4@nobody")),
            PrefillRates.computing(1000),
            clock,
            RandomGenerator.getDefault());
    private final Picker picker = picker(Policy.ADVERTS);

    @Test
    void countsWhatWasHeldOfPromptsThatWereSent() {
        // Given
        adverts.hold("n1", space(""), CHAIN.subList(0, 7));
        // When
        picker.rank(tokens(""));
        picker.pick(tokens(""), Ending.UNSEEN);
        // Then
        assertThat(picker.hits().sinceStart()).isEqualTo(new Hits.Count(7, 10));
    }

    @Test
    void takesTheHolderAndSaysWhy() {
        // Given
        adverts.hold("n1", space(""), CHAIN.subList(0, 7));

        // When
        var ranking = picker.rank(tokens(""));

        // Then
        var first = ranking.ranked().getFirst();
        assertThat(first.endpoint().name()).isEqualTo("e1");
        assertThat(first.reason()).isEqualTo("holds 7 of 10 blocks, queue 0 ms");
        assertThat(first.totalBlocks()).isEqualTo(10);
        assertThat(ranking.ranked()).hasSize(4);
        assertThat(ranking.basis()).isEqualTo(Ranking.Basis.PREFIX);
    }

    @Test
    void givenHashesFindWhatTokensFind() {
        // Given
        adverts.hold("n1", space(""), CHAIN.subList(0, 7));

        // When
        var ranking = picker.rank(new PickRequest("llama", "", new Prompt.Hashes("lmcache-blake3", CHAIN), Set.of()));

        // Then
        assertThat(ranking.ranked().getFirst().endpoint().name()).isEqualTo("e1");
        assertThat(ranking.ranked().getFirst().estimate().heldBlocks()).isEqualTo(7);
    }

    @Test
    void tenantsDoNotSeeEachOthersBlocks() {
        // Given
        adverts.hold("n1", space("alice"), CHAIN);

        // When, Then
        assertThat(picker.rank(tokens("alice")).ranked().getFirst().estimate().heldBlocks())
                .isEqualTo(10);
        assertThat(picker.rank(tokens("bob")).basis()).isEqualTo(Ranking.Basis.NOTHING_HELD);
        assertThat(picker.rank(tokens("")).basis()).isEqualTo(Ranking.Basis.NOTHING_HELD);
    }

    @Test
    void aModelThatNoNodeDeclaresGoesByLoad() {
        // Given
        var request = new PickRequest("unknown", "", new Prompt.Tokens(PROMPT), Set.of());

        // When
        var ranking = picker.rank(request);

        // Then
        assertThat(ranking.basis()).isEqualTo(Ranking.Basis.LOAD_ALONE);
        assertThat(ranking.ranked().getFirst().reason())
                .isEqualTo("load alone, no node declares the model: queue 0 ms");
    }

    @Test
    void aSchemeThatCannotBeComputedGoesByLoadForTokensAndIsFoundForHashes() {
        // Given
        adverts.node("n1", Liveness.FRESH, new ModelSpec("py", "lmcache-builtin", 4, List.of()));
        adverts.hold("n1", Namespace.of("py", "lmcache-builtin", new byte[0]), CHAIN);

        // When
        var byTokens = picker.rank(new PickRequest("py", "", new Prompt.Tokens(PROMPT), Set.of()));
        var byHashes = picker.rank(new PickRequest("py", "", new Prompt.Hashes("lmcache-builtin", CHAIN), Set.of()));
        var byOther = picker.rank(new PickRequest("py", "", new Prompt.Hashes("lmcache-blake3", CHAIN), Set.of()));

        // Then
        assertThat(byTokens.ranked().getFirst().reason()).contains("cannot be computed here");
        assertThat(byHashes.ranked().getFirst().endpoint().name()).isEqualTo("e1");
        assertThat(byOther.ranked().getFirst().reason()).contains("under this hash scheme");
    }

    @Test
    void nodesThatAreNotToBePickedOrOfAnotherPoolHoldNothing() {
        // Given
        adverts.hold("n0", space(""), CHAIN);
        adverts.hold("n1", space(""), CHAIN);
        adverts.node("n0", Liveness.NOT_PICKED, MODEL);
        adverts.node("n1", "other-pool", Liveness.FRESH, MODEL);

        // When
        var ranking = picker.rank(tokens(""));

        // Then
        assertThat(ranking.ranked())
                .allSatisfy(ranked -> assertThat(ranked.estimate().heldBlocks()).isZero());
    }

    @Test
    void aQuietNodeIsScoredDown() {
        // Given
        adverts.hold("n0", space(""), CHAIN);
        adverts.hold("n1", space(""), CHAIN.subList(0, 8));
        adverts.node("n0", Liveness.QUIET, MODEL);

        // When
        var ranking = picker.rank(tokens(""));

        // Then
        assertThat(ranking.ranked().getFirst().endpoint().name()).isEqualTo("e1");
        assertThat(ranking.ranked().get(1).reason()).contains("its node is quiet");
    }

    @Test
    void theMostFrequentDeclarationCounts() {
        // Given two nodes that cut at 4, one that cuts at 8 during a change
        adverts.node("n2", Liveness.FRESH, new ModelSpec("llama", "lmcache-blake3", 8, List.of()));

        // When
        var ranking = picker.rank(tokens(""));

        // Then
        assertThat(ranking.ranked().getFirst().totalBlocks()).isEqualTo(10);
    }

    @Test
    void followedPicksLoadTheirEndpointAndBringTheirPrefixThere() {
        // Given a prompt that nobody holds
        var first = picker.pick(tokens(""), Ending.UNSEEN);

        // When the same comes again at once
        var second = picker.pick(tokens(""), Ending.UNSEEN);

        // Then its blocks count as held there, behind 42 ms of work
        var home = first.ranking().ranked().getFirst().endpoint();
        var there = second.ranking().ranked().stream()
                .filter(ranked -> ranked.endpoint() == home)
                .findFirst()
                .orElseThrow();
        assertThat(there.estimate().heldBlocks()).isEqualTo(10);
        assertThat(there.estimate().queueNanos()).isEqualTo(42_000_000);
    }

    @Test
    void rankingAloneBooksNothing() {
        // When
        for (int i = 0; i < 10; i++) {
            picker.rank(tokens(""));
        }

        // Then
        assertThat(endpoints.all())
                .allSatisfy(
                        endpoint -> assertThat(endpoint.load(space(""), CHAIN).outstanding())
                                .isZero());
    }

    @Test
    void onlyNamedEndpointsAreRankedAndEjectedOnesAreLeftOut() {
        // Given
        var request = new PickRequest("llama", "", new Prompt.Tokens(PROMPT), Set.of("e0", "e2"));
        picker.rank(request)
                .book(picker.rank(request).ranked().getFirst(), Ending.FIRST_BYTE)
                .abort(true);

        // When
        var ranking = picker.rank(request);

        // Then
        assertThat(ranking.ranked()).hasSize(1);
    }

    @Test
    void beforeCatchUpItGoesByLoadAndSaysSo() {
        // Given
        adverts.hold("n1", space(""), CHAIN);
        adverts.ready(false);

        // When
        var ranking = picker.rank(tokens(""));

        // Then
        assertThat(picker.ready()).isFalse();
        assertThat(picker(Policy.LEAST_LOADED).ready()).isTrue();
        assertThat(ranking.basis()).isEqualTo(Ranking.Basis.INDEX_NOT_READY);
        assertThat(ranking.ranked().getFirst().reason()).contains("catching up");
    }

    private Picker picker(Policy policy) {
        var steering = new Steering(
                new PoolModels(adverts, FakeAdverts.POOL, clock), SALT_KEY, BlockHashers::of, new ChainCache(1 << 20));
        return new Picker(
                endpoints,
                policy,
                new TtftEstimator(),
                steering,
                new Holdings(new PoolNodes(adverts, FakeAdverts.POOL, Placement.NODE_LOCAL, clock)));
    }

    private static PickRequest tokens(String salt) {
        return new PickRequest("llama", salt, new Prompt.Tokens(PROMPT), Set.of());
    }

    private static Namespace space(String salt) {
        return Namespace.of("llama", "lmcache-blake3", SALT_KEY.tag(salt));
    }
}
