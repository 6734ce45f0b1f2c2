package dev.kvcachepool.prefixadvert.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlockIdTest {

    @Test
    void theOrderTellsApartWhatIsNotEqual() {
        // Given blocks of one hash code, which differ in one part each
        var blocks = List.of(
                block(0, 0, 0), block(0, 0, 5L << 32 | 5), block(0, 5L << 32 | 5, 0), block(5L << 32 | 5, 0, 0));
        assertThat(blocks.stream().map(BlockId::hashCode).distinct()).hasSize(1);
        for (int i = 0; i < blocks.size(); i++) {
            for (int j = 0; j < blocks.size(); j++) {
                // When
                int order = blocks.get(i).compareTo(blocks.get(j));
                // Then
                assertThat(Integer.signum(order)).isEqualTo(Integer.compare(i, j));
            }
        }
    }

    private static BlockId block(long namespace, long high, long low) {
        return new BlockId(new Namespace(namespace), new BlockHash(high, low));
    }
}
