package dev.kvcachepool.engine.serve;

import java.util.BitSet;
import java.util.List;

/**
 * A prompt whose keys and values are in memory.
 *
 * @param next probabilities of the token after it
 * @param keys of the prompt's whole chunks; none without a pool
 * @param computed chunks, by their places, that were computed here and are exact, so that they may be stored
 * @param exact whether all of the memory is exact, so that what follows may be stored too
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Prefilled(
        float[] next,
        List<byte[]> keys,
        BitSet computed,
        boolean exact,
        int held,
        int prefixChunks,
        int movedTokens,
        int recomputed) {}
