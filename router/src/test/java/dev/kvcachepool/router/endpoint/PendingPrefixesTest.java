package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingPrefixesTest {
    private static final Namespace SPACE = new Namespace(3);

    private final PendingPrefixes pending = new PendingPrefixes();

    @Test
    void aBlockCountsWhileAnyClaimHasIt() {
        // Given
        var first = pending.claim(SPACE, EndpointTest.chain(4));
        pending.claim(SPACE, EndpointTest.chain(2));

        // When
        pending.release(first);
        pending.release(first);

        // Then
        assertThat(pending.match(SPACE, EndpointTest.chain(4))).isEqualTo(2);
    }

    @Test
    void claimsBeyondTheBoundAreNotTaken() {
        // Given
        var chain = EndpointTest.chain(1 << 12);
        for (int i = 0; i < PendingPrefixes.MAX_BLOCKS >> 12; i++) {
            pending.claim(SPACE, chain);
        }

        // When
        var refused = pending.claim(new Namespace(4), chain);

        // Then
        assertThat(pending.match(new Namespace(4), chain)).isZero();
        pending.release(refused);
        assertThat(pending.match(SPACE, chain)).isEqualTo(chain.size());
    }

    @Test
    void bisectionFindsWhatAScanFinds() {
        // Given claims along random paths of a tree
        var seed = System.nanoTime();
        System.out.println("PendingPrefixesTest seed " + seed);
        var random = new Random(seed);
        var claims = new ArrayList<PendingPrefixes.Claim>();
        var chains = new ArrayList<List<BlockHash>>();
        for (int i = 0; i < 300; i++) {
            var chain = path(random);
            chains.add(chain);
            claims.add(pending.claim(SPACE, chain));
        }
        for (int i = 0; i < 300; i += 2) {
            pending.release(claims.get(i));
        }

        // When, Then
        for (int i = 0; i < 300; i++) {
            var asked = path(random);
            int longest = 0;
            for (int live = 1; live < 300; live += 2) {
                longest = Math.max(longest, common(asked, chains.get(live)));
            }
            assertThat(pending.match(SPACE, asked)).isEqualTo(longest);
        }
    }

    private static List<BlockHash> path(Random random) {
        var chain = new ArrayList<BlockHash>();
        long parent = 1;
        for (int i = random.nextInt(12); i >= 0; i--) {
            parent = parent * 31 + random.nextInt(3);
            chain.add(new BlockHash(parent, 0));
        }
        return chain;
    }

    private static int common(List<BlockHash> one, List<BlockHash> other) {
        int length = 0;
        while (length < Math.min(one.size(), other.size()) && one.get(length).equals(other.get(length))) {
            length++;
        }
        return length;
    }
}
