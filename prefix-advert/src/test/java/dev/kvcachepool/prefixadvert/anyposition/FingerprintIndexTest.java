package dev.kvcachepool.prefixadvert.anyposition;

import static dev.kvcachepool.prefixadvert.anyposition.Found.HERE;
import static dev.kvcachepool.prefixadvert.anyposition.Found.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintIndexTest {
    private long now;
    private final FingerprintIndex index = new FingerprintIndex(1 << 22, () -> now);

    @Test
    void findsChunksWhereverTheyStand() {
        // Given
        index.stored(id(1), BlockHash.NONE, new int[] {5, 6, 7, 8}, 0);
        index.stored(id(2), BlockHash.NONE, new int[] {1, 2, 3, 4}, 12);

        // When
        var found = Found.in(index, 4, 9, 1, 2, 3, 4, 9, 9, 5, 6, 7, 8);

        // Then
        assertThat(found).containsExactly(new Found(id(2).hash(), 12, 1), new Found(id(1).hash(), 0, 7));
    }

    @Test
    void ofOverlappingChunksTheEarlierOneCountsAndTheNextBeginsAfterIt() {
        // Given
        index.stored(id(1), BlockHash.NONE, new int[] {1, 1, 1, 2}, 0);
        index.stored(id(2), BlockHash.NONE, new int[] {1, 1, 1, 1}, 4);

        // When
        var found = Found.in(index, 4, 1, 1, 1, 1, 1, 1, 1, 2);

        // Then
        assertThat(found).containsExactly(new Found(id(2).hash(), 4, 0), new Found(id(1).hash(), 0, 4));
    }

    @Test
    void whatIsNotTakenGivesWayToWhatOverlapsIt() {
        // Given
        index.stored(id(1), BlockHash.NONE, new int[] {1, 2, 3}, 0);
        index.stored(id(2), BlockHash.NONE, new int[] {2, 3, 4}, 0);

        // When
        var found = Found.in(index, HERE, 3, hash -> !hash.equals(id(1).hash()), 1, 2, 3, 4);

        // Then
        assertThat(found).containsExactly(new Found(id(2).hash(), 0, 1));
    }

    @Test
    void ofChunksWithOneTextTheOneFromTheSamePositionIsOfferedFirst() {
        // Given
        index.stored(id(1), BlockHash.NONE, new int[] {1, 2, 3}, 30);
        index.stored(id(2), BlockHash.NONE, new int[] {1, 2, 3}, 2);

        // When
        var found = Found.in(index, 3, 9, 9, 1, 2, 3);

        // Then
        assertThat(found).containsExactly(new Found(id(2).hash(), 2, 2));
    }

    @Test
    void endsWhereEnoughWasTaken() {
        // Given
        index.stored(id(1), BlockHash.NONE, new int[] {1, 2}, 0);
        var query = new int[] {1, 2, 0, 1, 2, 1, 2};

        // When
        int end = index.lookup(HERE, query, 0, 2, 2, (hash, rest, then, position) -> true);

        // Then
        assertThat(end).isEqualTo(5);
        assertThat(index.lookup(HERE, query, end, 2, 2, (hash, rest, then, position) -> true))
                .isEqualTo(query.length);
    }

    @Test
    void theRestOfAHashIsToldAsItWasStoredLast() {
        // Given
        var rest = new BlockHash(5, 6);
        index.stored(id(1), BlockHash.NONE, new int[] {1, 2}, 0);
        index.stored(id(2), BlockHash.NONE, new int[] {1, 2}, 4);
        index.stored(id(1), rest, new int[] {1, 2}, 0);
        var told = new ArrayList<BlockHash>();

        // When
        index.lookup(HERE, new int[] {1, 2}, 0, 2, 1, (hash, some, then, now) -> {
            told.add(some);
            return false;
        });

        // Then
        assertThat(told).containsExactly(rest, BlockHash.NONE);
    }

    @Test
    void namespacesAndLengthsKeepToThemselves() {
        // Given
        index.stored(id(1), BlockHash.NONE, new int[] {0, 0, 0}, 0);
        var elsewhere = new Namespace(8);
        index.stored(new BlockId(elsewhere, id(2).hash()), BlockHash.NONE, new int[] {0, 0}, 0);

        // When
        var found = Found.in(index, elsewhere, 3, hash -> true, 0, 0, 0);

        // Then: though all fingerprints of zeros are zero
        assertThat(found).isEmpty();
        assertThat(Found.in(index, 2, 0, 0, 0)).isEmpty();
        assertThat(Found.in(index, 3, 0, 0, 0)).hasSize(1);
    }

    @Test
    void ofOneTextTheFourChunksThatWereStoredLastAreKept() {
        // Given
        for (int i = 0; i < 6; i++) {
            now = Duration.ofSeconds(i).toNanos();
            index.stored(id(i), BlockHash.NONE, new int[] {1, 2, 3}, 3 * i);
        }
        var offered = new ArrayList<Integer>();

        // When
        index.lookup(HERE, new int[] {1, 2, 3}, 0, 3, 1, (hash, rest, then, position) -> {
            offered.add(then);
            return false;
        });

        // Then
        assertThat(offered).containsExactlyInAnyOrder(6, 9, 12, 15);
        assertThat(index.stats().chunks()).isEqualTo(4);
        assertThat(index.stats().texts()).isEqualTo(1);
    }

    /**
     * Texts of the Thue–Morse sequence over two tokens and of its complement have one fingerprint mod 2^64, whatever the
     * base: of 256 tokens if the two are 2^21 apart.
     */
    @Test
    void textsThatShareAFingerprintAreToldApartAndBounded() {
        // Given
        int length = 256;
        var texts = new ArrayList<int[]>();
        for (int step = 1; step <= 40; step++) {
            var text = new int[length];
            for (int i = 0; i < length; i++) {
                text[i] = 1_000_000 * 40 + step * ((Integer.bitCount(i) & 1) == 0 ? 1 << 21 : -(1 << 21)) / 2;
            }
            texts.add(text);
        }
        var first = Fingerprint.of(texts.getFirst(), 0, length);
        texts.removeIf(text -> Fingerprint.of(text, 0, length) != first);
        assertThat(texts).hasSizeGreaterThan(5);

        // When
        for (int i = 0; i < texts.size(); i++) {
            index.stored(id(i), BlockHash.NONE, texts.get(i), 0);
        }

        // Then
        var found = IntStream.range(0, texts.size())
                .filter(i -> Found.in(index, length, texts.get(i)).equals(List.of(new Found(id(i).hash(), 0, 0))))
                .toArray();
        assertThat(found).hasSize(TextStore.MOST_ALIKE).contains(texts.size() - 1);
        assertThat(index.stats().texts()).isEqualTo(TextStore.MOST_ALIKE);
        assertThat(index.stats().verifiedMisses()).isPositive();
    }

    @Test
    void aFloodOfTextsWithOneFingerprintLeavesTheTableAsItWas() {
        // Given: zeros in front of a text change nothing
        var texts = IntStream.range(0, 20_000)
                .mapToObj(i -> new int[] {i, (int) -(i * (Fingerprint.BASE & 0x7FFF_FFFF))})
                .toList();

        // When
        for (int i = 0; i < texts.size(); i++) {
            index.stored(id(i), BlockHash.NONE, texts.get(i), 0);
        }

        // Then
        assertThat(index.stats().texts()).isLessThanOrEqualTo(texts.size());
        assertThat(Found.in(index, 2, texts.getLast())).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 256, 4096, 65_000})
    void anyLengthMayBeStored(int length) {
        // Given
        var tokens = IntStream.range(0, length).toArray();
        index.stored(id(1), BlockHash.NONE, tokens, 0);

        // When
        var found = Found.in(index, length, IntStream.range(0, length).toArray());

        // Then
        assertThat(found).hasSize(1);
    }

    @Test
    void whatCannotBeOfUseIsRefused() {
        // When
        index.stored(id(1), BlockHash.NONE, new int[0], 0);
        index.stored(id(2), BlockHash.NONE, new int[100_000], 0);
        index.stored(id(3), BlockHash.NONE, new int[] {1, 2}, -1);

        // Then
        assertThat(index.stats().refused()).isEqualTo(3);
        assertThat(index.stats().chunks()).isZero();
    }

    @Test
    void whatNobodyHoldsIsForgottenOnceItIsOldEnough() {
        // Given
        index.stored(id(1), BlockHash.NONE, new int[] {1, 2, 3}, 0);
        index.stored(id(2), BlockHash.NONE, new int[] {1, 2, 3}, 3);
        index.stored(id(3), BlockHash.NONE, new int[] {4, 5, 6}, 0);
        now = Duration.ofSeconds(61).toNanos();
        index.stored(id(4), BlockHash.NONE, new int[] {7, 8, 9}, 0);

        // When
        Found.forgetUnheld(index, Duration.ofMinutes(1), id(2)::equals);

        // Then
        assertThat(Found.in(index, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9))
                .containsExactly(new Found(id(2).hash(), 3, 0), new Found(id(4).hash(), 0, 6));
        assertThat(index.stats().chunks()).isEqualTo(2);
        assertThat(index.stats().forgotten()).isEqualTo(2);
    }

    @Test
    void holdsNothingBeforeAnythingIsStored() {
        assertThat(index.stats().bytes()).isLessThan(1 << 16);
        assertThat(Found.in(index, 3, 1, 2, 3)).isEmpty();
        Found.forgetUnheld(index, Duration.ZERO, chunk -> false);
    }
}
