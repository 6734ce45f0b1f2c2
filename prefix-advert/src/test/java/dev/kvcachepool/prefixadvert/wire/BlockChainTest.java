package dev.kvcachepool.prefixadvert.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlockChainTest {
    private static final BlockHash A = new BlockHash(1, 1);
    private static final BlockHash B = new BlockHash(2, 1);

    @Test
    void blocksInCommonAreCountedWhole() {
        // Given a chain whose second block differs in its lower half only
        var chain = BlockChain.of(List.of(A, B, A));
        var other = BlockChain.of(List.of(A, new BlockHash(2, 2), A));

        // When, Then
        assertThat(chain.commonPrefix(other, 0)).isEqualTo(1);
        assertThat(chain.commonPrefix(other, 1)).isEqualTo(1);
        assertThat(chain.commonPrefix(BlockChain.of(List.of(B)), 0)).isZero();
    }

    @Test
    void theShorterOneEndsWhatIsInCommon() {
        // Given
        var chain = BlockChain.of(List.of(A, B, A));
        var beginning = BlockChain.of(List.of(A, B));

        // When, Then
        assertThat(chain.commonPrefix(beginning, 1)).isEqualTo(2);
        assertThat(beginning.commonPrefix(chain, 2)).isEqualTo(2);
        assertThat(chain.commonPrefix(chain, 0)).isEqualTo(3);
        assertThat(chain.commonPrefix(BlockChain.of(List.of()), 0)).isZero();
    }
}
