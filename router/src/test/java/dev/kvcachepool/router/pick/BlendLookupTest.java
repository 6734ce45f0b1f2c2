package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Chunks of four tokens. */
class BlendLookupTest {
    private static final String MODEL = FakeAdverts.MODEL.name();

    private final FakeAdverts adverts = new FakeAdverts()
            .node("n0", Liveness.FRESH, FakeAdverts.MODEL)
            .node("n1", Liveness.FRESH, FakeAdverts.MODEL)
            .node("n2", Liveness.NOT_PICKED, FakeAdverts.MODEL);
    private final TestPool pool = TestPool.of(adverts, List.of());

    @Test
    void thePrefixComesFirstAndThenWhatStandsAnywhere() {
        // Given: a prefix that no bridge has told the tokens of, and chunks of another prompt
        var other = new int[] {9, 9, 9, 9, 5, 6, 7, 8, 1, 2, 3, 4};
        var nines = pool.stored(0, other);
        var fives = pool.stored(4, other);
        var prompt = new int[] {1, 2, 3, 4, 0, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9};
        pool.holds("n0", 1, 2, 3, 4);
        pool.holds("n1", nines, fives);

        // When
        var answer = pool.blend().find(MODEL, "", prompt).orElseThrow();

        // Then
        assertThat(told(answer)).containsExactly("0>0 n0", "4>5 n1", "0>9 n1", "0>13 n1");
        assertThat(answer.matches().get(1).hash()).isEqualTo(fives);
        assertThat(answer.tokensSearched()).isEqualTo(prompt.length);
    }

    @Test
    void whatOverlapsThePrefixIsNotFound() {
        // Given
        var other = pool.stored(4, 0, 0, 0, 0, 3, 4, 5, 6);
        pool.holds("n0", 1, 2, 3, 4);
        pool.holds("n1", other);

        // When
        var answer =
                pool.blend().find(MODEL, "", new int[] {1, 2, 3, 4, 5, 6, 7}).orElseThrow();

        // Then
        assertThat(told(answer)).containsExactly("0>0 n0");
    }

    @Test
    void chunksThatNobodyHoldsOrThatOnlyNodesOutOfServiceHoldAreNotAnswered() {
        // Given
        var prompt = new int[] {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
        pool.stored(0, prompt);
        var twos = pool.stored(4, prompt);
        var threes = pool.stored(8, prompt);
        pool.holds("n1", twos);
        pool.holds("n2", threes);

        // When
        var answer = pool.blend()
                .find(MODEL, "", new int[] {7, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3})
                .orElseThrow();

        // Then
        assertThat(told(answer)).containsExactly("4>5 n1");
    }

    @Test
    void ofTwoPrefixesOfOneTextTheHeldOneIsNamed() {
        // Given
        pool.stored(4, 1, 1, 1, 1, 5, 6, 7, 8);
        var held = pool.stored(4, 2, 2, 2, 2, 5, 6, 7, 8);
        pool.holds("n0", held);

        // When
        var answer = pool.blend().find(MODEL, "", new int[] {5, 6, 7, 8}).orElseThrow();

        // Then
        assertThat(answer.matches()).extracting(BlendLookup.Match::hash).containsExactly(held);
    }

    @Test
    void aChunkCountsOnceNodesTogetherHaveAllItsRanks() {
        // Given
        var chunk = pool.stored(4, 1, 1, 1, 1, 5, 6, 7, 8);
        pool.holds("n0", chunk);
        adverts.ranks("n0", half(0));
        var before = pool.blend().find(MODEL, "", new int[] {5, 6, 7, 8}).orElseThrow();

        // When
        pool.holds("n1", chunk);
        adverts.ranks("n1", half(32));

        // Then
        assertThat(pool.blend()
                        .find(MODEL, "", new int[] {5, 6, 7, 8})
                        .orElseThrow()
                        .matches())
                .hasSize(1);
        assertThat(before.matches()).isEmpty();
    }

    @Test
    void anotherTenantFindsNothing() {
        // Given
        pool.holds("n0", pool.stored(0, 5, 6, 7, 8));

        // When
        var answer = pool.blend().find(MODEL, "tenant", new int[] {5, 6, 7, 8}).orElseThrow();

        // Then
        assertThat(answer.matches()).isEmpty();
        assertThat(pool.blend().find("unknown", "", new int[] {5, 6, 7, 8})).isEmpty();
    }

    @Test
    void moreMatchesThanAnAnswerHoldsEndIt() {
        // Given
        pool.holds("n0", pool.stored(4, 1, 1, 1, 1, 5, 5, 5, 5));
        var prompt = new int[4 * BlendLookup.MOST_MATCHES + 400];
        java.util.Arrays.fill(prompt, 5);

        // When
        var answer = pool.blend().find(MODEL, "", prompt).orElseThrow();

        // Then
        assertThat(answer.matches()).hasSize(BlendLookup.MOST_MATCHES);
        assertThat(answer.tokensSearched()).isEqualTo(4 * BlendLookup.MOST_MATCHES);
    }

    @Test
    void whatANodeOutOfServiceHoldsIsNotForgotten() {
        // Given
        var namespace =
                pool.blend().find(MODEL, "", new int[] {1}).orElseThrow().namespace();
        var held = pool.stored(0, 1, 2, 3, 4);
        pool.holds("n2", held);
        var chunks = List.of(new BlockId(namespace, new BlockHash(1, 2)), new BlockId(namespace, held));

        // When
        var answer = pool.blend().heldByAnyone(chunks);

        // Then
        assertThat(answer.stream()).containsExactly(1);
    }

    private static RankSet half(int from) {
        var ranks = new BitSet();
        ranks.set(from, from + 32);
        return RankSet.of(ranks);
    }

    private static List<String> told(BlendLookup.Answer answer) {
        return answer.matches().stream()
                .map(match -> match.then() + ">" + match.now() + " "
                        + match.holders().getFirst().node().value())
                .toList();
    }
}
