package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.Value;
import java.nio.ByteOrder;

/**
 * What LMCache writes of a chunk before its bytes ({@code lm://}) or beside them (the {@code metadata} of its in-process
 * client): int32, little-endian, of length, format, dtype and four of shape. Stateless.
 */
final class ChunkDescription {
    /** No number of tokens can be read. */
    static final int UNKNOWN = -1;

    private static final int BYTES = 7 * Integer.BYTES;
    private static final int FORMAT = 1;
    private static final int SHAPE = 3;

    private ChunkDescription() {}

    /** Tokens of a chunk, {@link #UNKNOWN} where its format has no place for them, or this is no description. */
    static int tokens(Value value) {
        if (value.size() < BYTES) {
            return UNKNOWN;
        }
        var ints = value.view(0).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        return switch (ints.get(FORMAT)) {
            // KV_2LTD and KV_MLA_FMT: two or one, layers, tokens, width
            case 1, 6 -> positive(ints.get(SHAPE + 2));
            // KV_T2D
            case 2 -> positive(ints.get(SHAPE));
            // KV_2TD
            case 3 -> positive(ints.get(SHAPE + 1));
            default -> UNKNOWN;
        };
    }

    private static int positive(int dimension) {
        return dimension > 0 ? dimension : UNKNOWN;
    }
}
